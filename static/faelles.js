/* What an offer's page and the comparison share: an offer's states, loaded when they are asked for; and two or more of
   them side by side. */

/**
 * An offer's states, as generator/pages/offer/states.py writes them; days are ISO days, '' for none. `dage` are the
 * first and the last day that a version held.
 * @typedef {[section: string, label: string, text: string]} FactRow
 * @typedef {{
 *   nr: string, fra: string, til: string, slut?: string, senest?: true, set?: string, trukket?: string,
 *   dage?: [first: string, last: string], holdt: boolean, nu: boolean, r: number[],
 * }} VersionState
 * @typedef {{
 *   id: string, navn: string, status: string, sidst: string, rows: FactRow[], versions: VersionState[],
 * }} States
 *
 * A column of a comparison, and what a comparison comes to: the table, and how many of its rows differ and agree.
 * @typedef {{ name: string, head: () => Content[], rows: FactRow[] }} ComparedColumn
 * @typedef {{ table: HTMLTableElement, differing: number, same: number }} Comparison
 */

/** What the file of an offer's states calls. @type {(states: States) => void} */
function tilbudsspejlHistorik(states) {
  tilbudsspejl.receive(states);
}

const tilbudsspejlFaelles = (function () {
  'use strict';

  const { element } = tilbudsspejl;

  /** @type {(iso: string) => HTMLTimeElement} */
  function day(iso) {
    const made = element('time', '', tilbudsspejl.dayWords(iso));
    made.dateTime = iso;
    return made;
  }

  /** @type {(address: string) => Promise<States>} */
  function load(address) {
    return /** @type {Promise<States>} */ (tilbudsspejl.load(address));
  }

  /** @type {(states: States, version: VersionState) => FactRow[]} */
  function rowsOf(states, version) {
    return version.r.map((place) => states.rows[place]);
  }

  // The text of a row, with the paragraphs that it had.
  /** @type {(text: string) => Content[]} */
  function shown(text) {
    return text.indexOf('\n') < 0 ? [text] : text.split('\n').map((line) => element('p', '', line));
  }

  // By section and label the text of each column; where a column lacks it there is a gap.
  /** @type {(columns: ComparedColumn[]) => Map<string, Map<string, (string | undefined)[]>>} */
  function paired(columns) {
    /** @type {Map<string, Map<string, (string | undefined)[]>>} */
    const sections = new Map();
    columns.forEach(({ rows }, place) => rows.forEach(([section, label, text]) => {
      const labels = sections.get(section) || new Map();
      sections.set(section, labels);
      const texts = labels.get(label) || [];
      labels.set(label, texts);
      texts[place] = text;
    }));
    return sections;
  }

  /** @type {(columns: ComparedColumn[]) => HTMLTableElement} */
  function emptyTable(columns) {
    const table = element('table', 'compare');
    const head = table.createTHead().insertRow();
    head.append(element('td'));
    columns.forEach((column) => {
      const cell = element('th', '', ...column.head());
      cell.scope = 'col';
      head.append(cell);
    });
    return table;
  }

  /** @type {(section: string, columns: number) => HTMLTableRowElement} */
  function sectionRow(section, columns) {
    const cell = element('th', '', section);
    cell.colSpan = columns + 1;
    cell.scope = 'rowgroup';
    return element('tr', 'group', cell);
  }

  /**
   * @type {(label: string, texts: (string | undefined)[], columns: ComparedColumn[], isAlike: boolean, absent: string)
   *   => HTMLTableRowElement}
   */
  function factRow(label, texts, columns, isAlike, absent) {
    const name = element('th', '', label);
    name.scope = 'row';
    if (isAlike) name.append(element('small', '', ' ens'));
    const row = element('tr', isAlike ? 'same' : '', name);
    columns.forEach((column, place) => {
      const text = texts[place];
      row.append(element('td', text === undefined ? 'soft' : '', element('span', 'who', column.name),
        element('span', '', ...(text === undefined ? [absent] : shown(text)))));
    });
    return row;
  }

  // Columns of rows side by side, paired by section and label. What one lacks is said; rows that agree are marked.
  /** @type {(columns: ComparedColumn[], absent: string) => Comparison} */
  function sideBySide(columns, absent) {
    const table = emptyTable(columns);
    let differing = 0;
    let same = 0;
    paired(columns).forEach((labels, section) => {
      const body = table.createTBody();
      body.append(sectionRow(section, columns.length));
      labels.forEach((texts, label) => {
        const isAlike = columns.every((_, place) => texts[place] === texts[0]);
        if (isAlike) same += 1; else differing += 1;
        body.append(factRow(label, texts, columns, isAlike, absent));
      });
      if (!body.querySelector('tr:not(.same):not(.group)')) body.className = 'same';
    });
    return { table, differing, same };
  }

  // The switch that leaves out the rows that agree.
  /** @type {(made: Comparison, isOn: boolean) => HTMLLabelElement} */
  function onlyDiffering(made, isOn) {
    const box = element('input');
    box.type = 'checkbox';
    box.checked = isOn;
    made.table.classList.toggle('different', isOn);
    box.addEventListener('change', () => made.table.classList.toggle('different', box.checked));
    return element('label', 'check', box, 'Vis kun det, der er forskelligt (' + made.differing + ' af '
      + (made.differing + made.same) + ' oplysninger)');
  }

  return { day, load, rowsOf, shown, sideBySide, onlyDiffering };
}());
