/* The result list taken along: printed, copied, or saved as CSV. The two last are offered only where the agreement
   permits downloads; the page then has their buttons. */
const tilbudsspejlListe = (function () {
  'use strict';

  const { element, byId } = tilbudsspejl;
  const HEADS = ['Tilbudsid', 'Navn', 'Status', 'Kommune', 'Juridisk grundlag', 'Pladser', 'Målgrupper',
    'Takster, alle ydelser', 'Side'];
  const AT_A_TIME = 200; // rows whose files are asked for at once

  /** @type {(manifest: Manifest, documents: number[]) => Promise<string[][]>} */
  async function table(manifest, documents) {
    const columns = await tilbudsspejlFiltre.loadColumns(['kommune', 'grundlag', 'pladser', 'maalgruppe', 'takst']);
    /** @type {string[][]} */
    const rows = [];
    for (let from = 0; from < documents.length; from += AT_A_TIME) {
      const some = documents.slice(from, from + AT_A_TIME);
      const read = await Promise.all(some.map((document) => tilbudsspejlIndeks.rowOf(manifest, document)));
      read.forEach((row, place) => rows.push(cells(columns, some[place], row)));
    }
    return rows;
  }

  /** @type {(columns: Record<string, FacetColumn>, document: number, row: ResultRow) => string[]} */
  function cells(columns, document, row) {
    /** @type {(name: string) => string} */
    const said = (name) => columns[name].of[document].map((value) => columns[name].values[value]).join(', ');
    /** @type {string[]} */
    const prices = [];
    tilbudsspejlFiltre.somePair(columns.takst.of[document], (unit, amount) => {
      const number = (amount / 100).toLocaleString('da', { minimumFractionDigits: amount % 100 ? 2 : 0 });
      prices.push(number + ' ' + columns.takst.values[unit]);
      return false;
    });
    const places = columns.pladser.of[document].join('');
    const address = new URL(row.address, window.location.href).href;
    return [row.id, row.name, row.status, said('kommune'), said('grundlag'), places, said('maalgruppe'),
      prices.join(', '), address];
  }

  // What a spreadsheet would take for a formula is kept a text.
  /** @type {(value: string) => string} */
  function safe(value) {
    return /^[\s\u200b]*[=+\-@＝＋－＠]|^[\t\r]/.test(value) ? "'" + value : value;
  }

  // Semicolons, as a Danish spreadsheet expects.
  /** @type {(rows: string[][]) => string} */
  function csv(rows) {
    /** @type {(value: string) => string} */
    const cell = (value) => (/[";\n\r]/.test(value) ? '"' + safe(value).replace(/"/g, '""') + '"' : safe(value));
    return '\ufeff' + [HEADS, ...rows].map((row) => row.map(cell).join(';')).join('\r\n') + '\r\n';
  }

  /** @type {(rows: string[][]) => string} */
  function tabbed(rows) {
    /** @type {(value: string) => string} */
    const cell = (value) => safe(value.replace(/\s+/g, ' ').replace(/^"/, '”'));
    return [HEADS, ...rows].map((row) => row.map(cell).join('\t')).join('\n') + '\n';
  }

  /** @type {(rows: string[][]) => void} */
  function save(rows) {
    const link = element('a');
    link.href = URL.createObjectURL(new Blob([csv(rows)], { type: 'text/csv;charset=utf-8' }));
    link.download = 'tilbud.csv';
    document.body.appendChild(link);
    link.click();
    link.remove();
    window.setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  /** @type {(rows: string[][]) => Promise<void>} */
  function copy(rows) {
    return tilbudsspejl.copy(tabbed(rows));
  }

  /** @type {(rows: string[][], caption: string) => void} */
  function print(rows, caption) {
    const made = element('table', 'offers printed');
    made.appendChild(element('caption', '', caption));
    const head = made.createTHead().insertRow();
    const shown = HEADS.slice(0, -1);
    shown.forEach((name) => {
      const cell = element('th', '', name);
      cell.scope = 'col';
      head.appendChild(cell);
    });
    const body = made.createTBody();
    rows.forEach((row) => {
      const line = body.insertRow();
      shown.forEach((_, place) => { line.insertCell().textContent = row[place]; });
    });
    byId('indhold', HTMLElement).appendChild(made);
    document.body.classList.add('listed');
    window.addEventListener('afterprint', () => {
      made.remove();
      document.body.classList.remove('listed');
    }, { once: true });
    window.print();
  }

  return { table, save, copy, print, csv, tabbed };
}());
