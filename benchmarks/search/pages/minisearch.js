/* MiniSearch with the settings that its documentation shows for search as one types. */
'use strict';

window.openSearch((() => {
  const { MiniSearch } = window;
  const OPTIONS = { fields: ['name', 'text'], searchOptions: { boost: { name: 2 }, prefix: true, fuzzy: 0.2 } };
  const loaded = window.loadIndex().then(({ index, names }) => ({ index: MiniSearch.loadJS(index, OPTIONS), names }));

  return async (text) => {
    const { index, names } = await loaded;
    return index.search(text).slice(0, window.HITS).map(({ id }) => ({ id, name: names[id] }));
  };
})());
