/* Pagefind, as its documentation says: import it, search, load the data of the first results. */
import * as pagefind from './pagefind/pagefind.js';

async function hit(result) {
  const data = await result.data();
  return { id: /([^/]+)\.html$/.exec(data.url)[1], name: data.meta.title };
}

window.openSearch(async (text) => (await pagefind.search(text)).results.slice(0, window.HITS).map(hit));
