/* Two to four offers side by side, in the order in which they were chosen: no ranking, no sum. The address holds the
   choice: ?id=10000&id=10001. */
(function () {
  'use strict';

  const { element } = window.tilbudsspejl;
  const { load, rowsOf, sideBySide, onlyDiffering } = window.tilbudsspejlFaelles;
  const MOST = 4;
  const SECTIONS = ['Godkendelse', 'Godkendte pladser', 'Takster', 'Målgrupper', 'Kvalitets\u00advurdering', 'Metoder',
    'Kontakt', 'Virksomhed'];
  const place = document.getElementById('sammenligning');
  const said = document.getElementById('status');
  const known = (id) => /^[0-9a-z][0-9a-z_-]*$/.test(id);

  function asked() {
    return Array.from(new Set(new URLSearchParams(window.location.search).getAll('id'))).filter(known);
  }

  function address(ids) {
    return 'sammenlign.html' + (ids.length ? '?' + ids.map((id) => 'id=' + id).join('&') : '');
  }

  function column(id, states, ids) {
    const version = states.versions.find((one) => one.nu);
    return {
      name: states.navn,
      rows: rowsOf(states, version).filter(([section, label]) => SECTIONS.includes(section) && label !== 'Navn'),
      head: () => {
        const link = element('a', '', states.navn);
        link.href = 'tilbud/' + id + '.html';
        const away = element('a', 'small', 'Fjern', element('span', 'vh', ' ' + states.navn));
        away.href = address(ids.filter((other) => other !== id));
        return [link, element('small', '', states.status), away];
      },
    };
  }

  async function show() {
    const ids = asked();
    const some = ids.slice(0, MOST);
    const missing = [];
    const columns = (await Promise.all(some.map((id) => load('tilbud/' + id + '.js').then(
      (states) => column(id, states, ids), () => { missing.push(id); return null; }))))
      .filter(Boolean);
    const words = [];
    if (ids.length > MOST) words.push('Der kan sammenlignes fire ad gangen; de første fire vises. ');
    if (missing.length) words.push('Findes ikke i spejlet: ' + missing.join(', ') + '. ');
    place.replaceChildren();
    if (columns.length) {
      const made = sideBySide(columns, 'Ikke i data');
      made.table.prepend(element('caption', 'vh', 'De valgte tilbud'));
      if (columns.length > 1) place.append(onlyDiffering(made, false));
      place.append(made.table);
      words.push(columns.length > 1 ? columns.length + ' tilbud vises i den rækkefølge, de er valgt.'
        : 'Vælg et tilbud mere at sammenligne med.');
    } else words.push('Der er ikke valgt nogen tilbud.');
    said.textContent = words.join('');
    document.getElementById('vejledning').hidden = columns.length > 1;
  }

  show();
}());
