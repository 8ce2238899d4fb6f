/* lunr with lunr-languages' Danish pipeline, which stands in the index. */
'use strict';

window.openSearch((() => {
  const { lunr } = window;
  const SYNTAX = /[-+:~^*\\]/g;
  const loaded = window.loadIndex().then(({ index, names }) => ({ index: lunr.Index.load(index), names }));

  // People do not type lunr's query language; what it cannot read as such is taken as words.
  function find(index, text) {
    try {
      return index.search(text);
    } catch (error) {
      if (!(error instanceof lunr.QueryParseError)) throw error;
      return index.search(text.replace(SYNTAX, ' '));
    }
  }

  return async (text) => {
    const { index, names } = await loaded;
    return find(index, text).slice(0, window.HITS).map(({ ref }) => ({ id: ref, name: names[ref] }));
  };
})());
