/* Two to four offers side by side, in the order in which they were chosen: no ranking, no sum. The address holds the
   choice: ?id=10000&id=10001. */
(function () {
  'use strict';

  const { element, byId } = tilbudsspejl;
  const { load, rowsOf, sideBySide, onlyDiffering } = tilbudsspejlFaelles;
  const MOST = 4;
  const SECTIONS = ['Godkendelse', 'Godkendte pladser', 'Takster', 'Målgrupper', 'Kvalitets\u00advurdering', 'Metoder',
    'Kontakt', 'Virksomhed'];
  const place = byId('sammenligning', HTMLElement);
  const said = byId('status', HTMLElement);

  /** @type {() => string[]} */
  function asked() {
    return Array.from(new Set(new URLSearchParams(window.location.search).getAll('id')))
      .filter((id) => /^[0-9a-z][0-9a-z_-]*$/.test(id));
  }

  /** @type {(ids: string[]) => string} */
  function address(ids) {
    return 'sammenlign.html' + (ids.length ? '?' + ids.map((id) => 'id=' + id).join('&') : '');
  }

  /** @type {(id: string, states: States, ids: string[]) => ComparedColumn} */
  function column(id, states, ids) {
    const version = states.versions.find((one) => one.nu);
    return {
      name: states.navn,
      rows: (version ? rowsOf(states, version) : [])
        .filter(([section, label]) => SECTIONS.includes(section) && label !== 'Navn'),
      head: () => {
        const link = element('a', '', states.navn);
        link.href = 'tilbud/' + id + '.html';
        const away = element('a', 'small', 'Fjern', element('span', 'vh', ' ' + states.navn));
        away.href = address(ids.filter((other) => other !== id));
        return [link, element('small', '', states.status), away];
      },
    };
  }

  // The columns of the offers that there are, and the ids of those that there are not.
  /** @type {(some: string[], ids: string[]) => Promise<{ columns: ComparedColumn[], missing: string[] }>} */
  async function columnsOf(some, ids) {
    const found = await Promise.all(some.map((id) => load('tilbud/' + id + '.js').then(
      (states) => ({ id, made: column(id, states, ids) }), () => ({ id, made: null }))));
    return {
      columns: found.flatMap(({ made }) => made || []),
      missing: found.filter(({ made }) => !made).map(({ id }) => id),
    };
  }

  /** @type {(columns: ComparedColumn[]) => string} */
  function compare(columns) {
    if (!columns.length) return 'Der er ikke valgt nogen tilbud.';
    const made = sideBySide(columns, 'Ikke i data');
    made.table.prepend(element('caption', 'vh', 'De valgte tilbud'));
    if (columns.length > 1) place.append(onlyDiffering(made, false));
    place.append(made.table);
    return columns.length > 1 ? columns.length + ' tilbud vises i den rækkefølge, de er valgt.'
      : 'Vælg et tilbud mere at sammenligne med.';
  }

  async function show() {
    const ids = asked();
    const { columns, missing } = await columnsOf(ids.slice(0, MOST), ids);
    const words = [];
    if (ids.length > MOST) words.push('Der kan sammenlignes fire ad gangen; de første fire vises. ');
    if (missing.length) words.push('Findes ikke i spejlet: ' + missing.join(', ') + '. ');
    place.replaceChildren();
    words.push(compare(columns));
    said.textContent = words.join('');
    byId('vejledning', HTMLElement).hidden = columns.length > 1;
  }

  show();
}());
