/* Runs in every measured page before its own scripts, and sees by the marks on #resultater when an answer stands there.
   Times are milliseconds since the navigation began. */
(() => {
  'use strict';

  const LIMIT = 60000;
  const marks = { hit: null, done: null, keys: 0, took: null };
  let typed = null;
  let waiting = [];

  function look() {
    const list = document.getElementById('resultater');
    if (!list) return;
    const now = performance.now();
    if (marks.hit === null && list.querySelector('li[data-tilbudsid]')) marks.hit = now;
    if (list.dataset.search !== 'done') return;
    if (marks.done === null) marks.done = now;
    if (typed === null) return;
    marks.took = now - typed;
    typed = null;
    waiting.forEach((resume) => resume());
    waiting = [];
  }

  // The first to hear of a key. The mark goes away here too, so that no page is measured by an older answer's.
  window.addEventListener('input', () => {
    typed = performance.now();
    marks.keys += 1;
    document.getElementById('resultater').removeAttribute('data-search');
  }, true);
  new MutationObserver(look).observe(document, {
    attributeFilter: ['data-search'], childList: true, subtree: true,
  });

  // Resolves when the newest key is answered.
  function settled() {
    if (typed === null) return Promise.resolve(marks);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('no data-search="done" after ' + LIMIT + ' ms')), LIMIT);
      waiting.push(() => {
        clearTimeout(timer);
        resolve(marks);
      });
    });
  }

  // Asks as if the whole text were pasted; resolves with the ids of the first hits.
  async function ask(text, count) {
    const input = document.getElementById('q');
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await settled();
    const hits = document.querySelectorAll('#resultater li[data-tilbudsid]');
    return Array.from(hits).slice(0, count).map((hit) => hit.dataset.tilbudsid);
  }

  window.benchmark = { marks, settled, ask };
})();
