/* Choosing offers to compare, on lists and search results. The choice follows the reader from page to page as long as
   the browser's tab is open. */
(function () {
  'use strict';

  const { element } = window.tilbudsspejl;
  const KEY = 'tilbudsspejl-valg';
  const MOST = 4;
  const root = document.querySelector('script[src$="valg.js"]').getAttribute('src').replace('valg.js', '');
  let chosen = read();

  // Some browsers keep nothing for a page that is opened as a file: then the choice lasts as long as the page.
  function read() {
    try {
      return JSON.parse(window.sessionStorage.getItem(KEY)) || [];
    } catch (error) {
      return [];
    }
  }

  function keep() {
    try {
      window.sessionStorage.setItem(KEY, JSON.stringify(chosen));
    } catch (error) {
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
    document.getElementById('indhold').querySelector('h1').scrollIntoView({ block: 'nearest' });
  });

  function show() {
    const full = chosen.length >= MOST;
    tray.hidden = !chosen.length;
    count.textContent = chosen.length === 1 ? '1 tilbud valgt; vælg et mere.'
      : chosen.length + ' tilbud valgt' + (full ? '; flere kan ikke vælges.' : '.');
    link.hidden = chosen.length < 2;
    link.href = root + 'sammenlign.html?' + chosen.map((id) => 'id=' + id).join('&');
    document.querySelectorAll('[data-vaelg]').forEach((box) => {
      box.checked = chosen.includes(box.dataset.vaelg);
      box.disabled = full && !box.checked;
    });
  }

  function mark(place) {
    const to = place.querySelector('a[href*="tilbud/"]');
    if (!to || place.querySelector('[data-vaelg]')) return;
    const box = element('input');
    box.type = 'checkbox';
    [, box.dataset.vaelg] = to.getAttribute('href').match(/tilbud\/([^/]+)\.html/);
    box.addEventListener('change', () => {
      chosen = chosen.filter((id) => id !== box.dataset.vaelg).concat(box.checked ? box.dataset.vaelg : []);
      keep();
      show();
    });
    const name = element('span', 'vh', ' ' + to.textContent);
    // In a table the box stands before the name, and the caption says what it is for.
    if (place.matches('tr')) to.before(element('label', 'tick', box, element('span', 'vh', 'Sammenlign', name)));
    else place.append(element('label', 'check', box, element('span', '', 'Sammenlign', name)));
  }

  function markAll() {
    document.querySelectorAll('.offers tbody tr, #resultater > li').forEach(mark);
    show();
  }

  document.getElementById('indhold').append(tray);
  document.querySelectorAll('.offers caption').forEach((caption) => {
    caption.append(element('small', 'soft', ' Sæt kryds for at sammenligne'));
  });
  markAll();
  const results = document.getElementById('resultater');
  if (results) new MutationObserver(markAll).observe(results, { childList: true });
}());
