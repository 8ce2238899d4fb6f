/* Choosing offers to compare, on lists and search results. The choice follows the reader from page to page as long as
   the browser's tab is open. */
(function () {
  'use strict';

  const { element, all, byId } = tilbudsspejl;
  const KEY = 'tilbudsspejl-valg';
  const MOST = 4;
  const own = document.querySelector('script[src$="valg.js"]');
  const root = own ? (own.getAttribute('src') || '').replace('valg.js', '') : '';
  let chosen = read();

  // Some browsers keep nothing for a page that is opened as a file: then the choice lasts as long as the page.
  /** @type {() => string[]} */
  function read() {
    try {
      return JSON.parse(window.sessionStorage.getItem(KEY) || 'null') || [];
    } catch {
      return [];
    }
  }

  function keep() {
    try {
      window.sessionStorage.setItem(KEY, JSON.stringify(chosen));
    } catch {
      // As above.
    }
  }

  const count = element('span');
  count.setAttribute('role', 'status');
  const link = element('a', 'button', 'Sammenlign');
  const none = element('button', 'linklike', 'Fjern valget');
  none.type = 'button';
  const tray = element('p', 'tray', count, link, none);
  none.addEventListener('click', () => {
    chosen = [];
    keep();
    show();
    all('#indhold h1')[0].scrollIntoView({ block: 'nearest' });
  });

  function show() {
    const full = chosen.length >= MOST;
    tray.hidden = !chosen.length;
    count.textContent = chosen.length === 1 ? '1 tilbud valgt; vælg et mere.'
      : chosen.length + ' tilbud valgt' + (full ? '; flere kan ikke vælges.' : '.');
    link.hidden = chosen.length < 2;
    link.href = root + 'sammenlign.html?' + chosen.map((id) => 'id=' + id).join('&');
    all('[data-vaelg]').forEach((box) => {
      if (!(box instanceof HTMLInputElement)) return;
      box.checked = chosen.includes(box.dataset.vaelg || '');
      box.disabled = full && !box.checked;
    });
  }

  /** @type {(place: Element) => void} */
  function mark(place) {
    const to = place.querySelector('a[href*="tilbud/"]');
    const match = to && /tilbud\/([^/]+)\.html/.exec(to.getAttribute('href') || '');
    if (!match || place.querySelector('[data-vaelg]')) return;
    const [, id] = match;
    const box = element('input');
    box.type = 'checkbox';
    box.dataset.vaelg = id;
    box.addEventListener('change', () => {
      chosen = chosen.filter((other) => other !== id).concat(box.checked ? id : []);
      keep();
      show();
    });
    const name = element('span', 'vh', ' ' + to.textContent);
    // In a table the box stands before the name, and the caption says what it is for.
    if (place.matches('tr')) to.before(element('label', 'tick', box, element('span', 'vh', 'Sammenlign', name)));
    else place.append(element('label', 'check', box, element('span', '', 'Sammenlign', name)));
  }

  function markAll() {
    all('.offers tbody tr, #resultater > li').forEach(mark);
    show();
  }

  byId('indhold', HTMLElement).append(tray);
  all('.offers caption').forEach((caption) => {
    caption.append(element('small', 'soft', ' Sæt kryds for at sammenligne'));
  });
  markAll();
  const results = document.getElementById('resultater');
  if (results) new MutationObserver(markAll).observe(results, { childList: true });
}());
