/* What the other engines' pages have in common. They set the marks that Tilbudsspejl's own page sets: the list has
   data-search="done" while what it shows answers what stands in the field, and each hit has its data-tilbudsid. */
'use strict';

// The search takes the text and promises a list of promises of {id, name}: a hit is shown as soon as it is there.
window.openSearch = function openSearch(search) {
  const input = document.getElementById('q');
  const list = document.getElementById('resultater');
  let latest = 0;

  function item({ id, name }) {
    const made = document.createElement('li');
    made.dataset.tilbudsid = id;
    const link = document.createElement('a');
    link.href = '../site/tilbud/' + id + '.html';
    link.textContent = name;
    made.append(link);
    return made;
  }

  async function run() {
    const mine = latest += 1;
    const text = input.value.trim();
    list.removeAttribute('data-search');
    const hits = text ? await search(text) : [];
    for (let place = 0; place < hits.length; place += 1) {
      const hit = await hits[place];
      if (mine !== latest) return;
      if (place) list.append(item(hit));
      else list.replaceChildren(item(hit));
    }
    if (mine !== latest) return;
    if (!hits.length) list.replaceChildren();
    list.dataset.search = 'done';
  }

  input.addEventListener('input', run);
  input.value = new URLSearchParams(window.location.search).get('q') || '';
  run();
};

// The one file of an engine that has everything in one file.
window.loadIndex = async function loadIndex() {
  return (await fetch('index.json')).json();
};

window.HITS = 5;
