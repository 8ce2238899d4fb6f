/* Filters: what results must have, how many have it, and the panel in which it is chosen. The columns are made by
   generator/search/index/facets.py, where the same filters stand for the program. */

/**
 * A column: what its numbers stand for, and the numbers of each document; and as it is written.
 * @typedef {{ values: string[], of: number[][] }} FacetColumn
 * @typedef {{ values: string[], of: string }} WrittenColumn
 *
 * A state as it is understood: the words that are searched for, and the filters with the age of the query.
 * @typedef {{ words: QueryWord[], age: number | null, filters: URLSearchParams }} Understood
 *
 * A value of a choice in the panel, with the number that it shows; a choice with all its values.
 * @typedef {{
 *   value: string, row: HTMLElement, box: HTMLInputElement, number: HTMLElement, shown: number, count: number,
 * }} ChoiceRow
 * @typedef {{ name: string, group: HTMLElement, list: HTMLElement, more: HTMLElement, values: ChoiceRow[] }} Choice
 */

const tilbudsspejlFiltre = (function () {
  'use strict';

  const { element, byId } = tilbudsspejl;
  const FIRST_DAY = Date.UTC(2000, 0, 1);
  const DAY = 24 * 60 * 60 * 1000;
  const danish = new Intl.Collator('da', { numeric: true }); // one for all: making it is what takes time
  const SHOWN = 8; // values of a choice before "Vis flere"

  /** @type {[name: string, label: string, isOpen: boolean][]} */
  const CHOICES = [
    ['status', 'Status', true],
    ['grundlag', 'Juridisk grundlag', true],
    ['maalgruppe', 'Målgruppe', true],
    ['kommune', 'Kommune', true],
    ['region', 'Region', false],
    ['tilsyn', 'Socialtilsyn', false],
    ['ejerform', 'Ejerform', false],
  ];
  const AMOUNT = /^(\d{1,3}(?:[ .]\d{3})+|\d+)(?:,(\d+))?(?:\s*(?:kr\.?|år))?$/; // "1.500,50 kr."
  const NUMBERS = ['alder', 'pladser_fra', 'pladser_til', 'takst_fra', 'takst_til'];

  // ---- Columns ------------------------------------------------------------------------------

  /** @type {(column: WrittenColumn) => FacetColumn} */
  function readColumn({ values, of }) {
    return { values, of: of.split(',').map((numbers) => tilbudsspejlIndeks.numbersIn(numbers)) };
  }

  /** @type {Record<string, FacetColumn>} */
  const columns = {}; // those that have been loaded
  /** @type {string[]} */
  let units = [];

  // The panel needs those of the choices; the others are loaded when something is asked of them.
  /** @type {(names: string[]) => Promise<Record<string, FacetColumn>>} */
  async function loadColumns(names) {
    const manifest = await tilbudsspejlIndeks.loadManifest();
    units = manifest.units;
    await Promise.all(names.map(async (name) => {
      columns[name] = await tilbudsspejlIndeks.loadAs(manifest.facets[name], readColumn);
    }));
    return columns;
  }

  const PANEL = CHOICES.map(([name]) => name);

  // Which columns a state asks of.
  /** @type {(state: URLSearchParams) => string[]} */
  function columnsOf(state) {
    const asked = PANEL.filter((name) => state.has(name));
    const sort = SORTED_BY.get(state.get('sorter') || '');
    if (sort) asked.push(sort);
    if (number(state, 'alder') !== null) asked.push('alder');
    ['pladser', 'takst'].forEach((name) => {
      if (number(state, name + '_fra') !== null || number(state, name + '_til') !== null) asked.push(name);
    });
    if (day(state) !== null) asked.push('aendret');
    return asked;
  }

  // ---- What is chosen: a URLSearchParams, as it stands in the address -------------------------

  /** @type {(state: URLSearchParams) => boolean} */
  function isFiltered(state) {
    return CHOICES.some(([name]) => state.has(name)) || NUMBERS.some((name) => number(state, name) !== null)
      || day(state) !== null;
  }

  // How a state is understood: an age in the query ("autisme 19-årig") is the filter that it means, unless one is set.
  /** @type {(state: URLSearchParams) => Understood} */
  function understood(state) {
    const { words, age } = tilbudsspejlOrd.readQuery(state.get('q') || '');
    const filters = new URLSearchParams(state);
    if (age !== null && number(state, 'alder') === null) filters.set('alder', String(age));
    return { words, age, filters };
  }

  /** @type {(state: URLSearchParams, name: string) => number | null} */
  function number(state, name) {
    const read = AMOUNT.exec((state.get(name) || '').trim());
    return read ? Number(read[1].replace(/[ .]/g, '') + '.' + (read[2] || '0')) : null;
  }

  // What was typed where a number belongs and is none.
  /** @type {(state: URLSearchParams) => string[]} */
  function unread(state) {
    return NUMBERS.filter((name) => isUnread(state, name)).map((name) => state.get(name) || '');
  }

  /** @type {(state: URLSearchParams, name: string) => boolean} */
  function isUnread(state, name) {
    return Boolean((state.get(name) || '').trim()) && number(state, name) === null;
  }

  // Days since 2000 of "changed since", or null.
  /** @type {(state: URLSearchParams) => number | null} */
  function day(state) {
    const text = state.get('siden') || '';
    const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(text + 'T00:00:00Z') : NaN;
    return Number.isNaN(time) ? null : Math.round((time - FIRST_DAY) / DAY);
  }

  // For each filter that is set, its name and a test of a document.
  /** @type {(state: URLSearchParams) => [name: string, test: (document: number) => boolean][]} */
  function testsOf(state) {
    /** @type {[name: string, test: (document: number) => boolean][]} */
    const tests = [];
    PANEL.filter((name) => state.has(name)).forEach((name) => {
      const wanted = new Set(state.getAll(name).map((value) => columns[name].values.indexOf(value)));
      const valuesOf = reader(state, name);
      tests.push([name, (document) => valuesOf(document).some((value) => wanted.has(value))]);
    });
    /** @type {(name: string, value: number) => boolean} */
    const between = (name, value) => {
      const [least, most] = [number(state, name + '_fra'), number(state, name + '_til')];
      return (least === null || value >= least) && (most === null || value <= most);
    };
    const age = number(state, 'alder');
    if (age !== null) tests.push(['alder', (document) => groupsSpanning(age, document).length > 0]);
    if (number(state, 'pladser_fra') !== null || number(state, 'pladser_til') !== null) {
      tests.push(['pladser', (document) => columns.pladser.of[document].some((places) => between('pladser', places))]);
    }
    if (number(state, 'takst_fra') !== null || number(state, 'takst_til') !== null) {
      const unit = unitOf(state);
      tests.push(['takst', (document) => somePair(columns.takst.of[document],
        (of, amount) => of === unit && between('takst', amount / 100))]);
    }
    const since = day(state);
    if (since !== null) {
      tests.push(['siden', (document) => columns.aendret.of[document].some((changed) => changed >= since)]);
    }
    return tests;
  }

  // What reads a document's values of a choice. A target group and an age belong together: it is the chosen group that
  // must span the age.
  /** @type {(state: URLSearchParams, name: string) => (document: number) => number[]} */
  function reader(state, name) {
    const age = name === 'maalgruppe' ? number(state, 'alder') : null;
    if (age === null) return (document) => columns[name].of[document];
    return (document) => groupsSpanning(age, document).filter((group) => group >= 0);
  }

  // The target groups that span an age, as places of the choice's values; -1 for one that isn't named.
  /** @type {(age: number, document: number) => number[]} */
  function groupsSpanning(age, document) {
    const numbers = columns.alder.of[document];
    /** @type {Set<number>} */
    const groups = new Set();
    for (let place = 0; place < numbers.length; place += 3) {
      if (numbers[place + 1] <= age && age <= numbers[place + 2]) groups.add(numbers[place] - 1);
    }
    return Array.from(groups);
  }

  // Prices in different units are never mixed: the chosen one, else the first.
  /** @type {(state: URLSearchParams) => number} */
  function unitOf(state) {
    return Math.max(0, units.indexOf(state.get('enhed') || ''));
  }

  /** @type {(numbers: number[], test: (first: number, second: number) => boolean) => boolean} */
  function somePair(numbers, test) {
    for (let place = 0; place < numbers.length; place += 2) if (test(numbers[place], numbers[place + 1])) return true;
    return false;
  }

  // Whether a document passes all filters, or all but one; null if there are none.
  /** @type {(state: URLSearchParams, but?: string) => ((document: number) => boolean) | null} */
  function passes(state, but) {
    const tests = testsOf(state).filter(([name]) => name !== but);
    return tests.length ? (document) => tests.every(([, test]) => test(document)) : null;
  }

  // How many documents have each value of each choice, were no other value of that choice chosen.
  /** @type {(state: URLSearchParams, documents: number[]) => Uint32Array[]} */
  function countsOf(state, documents) {
    const tests = testsOf(state);
    const counts = CHOICES.map(([name]) => new Uint32Array(columns[name].values.length));
    const readers = CHOICES.map(([name]) => reader(state, name));
    documents.forEach((document) => {
      const failed = tests.filter(([, test]) => !test(document));
      if (failed.length > 1) return;
      CHOICES.forEach(([name], place) => {
        if (!failed.length || failed[0][0] === name) {
          readers[place](document).forEach((value) => { counts[place][value] += 1; });
        }
      });
    });
    return counts;
  }

  /** @type {Map<string, (a: number, b: number) => number>} */
  const SORTS = new Map([
    ['navn', (a, b) => columns.order.of[a][0] - columns.order.of[b][0]],
    ['aendret', (a, b) => last(columns.aendret.of[b]) - last(columns.aendret.of[a])],
    ['pladser', (a, b) => last(columns.pladser.of[b]) - last(columns.pladser.of[a])],
  ]);

  /** @type {(numbers: number[]) => number} */
  function last(numbers) {
    return numbers.length ? numbers[numbers.length - 1] : -1;
  }

  const SORTED_BY = new Map([['navn', 'order'], ['aendret', 'aendret'], ['pladser', 'pladser']]);

  /** @type {(state: URLSearchParams, documents: number[]) => number[]} */
  function sorted(state, documents) {
    const compare = SORTS.get(state.get('sorter') || '');
    return compare ? documents.slice().sort(compare) : documents;
  }

  // ---- The panel ----------------------------------------------------------------------------

  const panel = byId('filtre', HTMLFormElement);
  const unit = byId('enhed', HTMLSelectElement);
  /** @type {Set<string>} */
  const opened = new Set(); // choices of which all values are shown
  /** @type {Choice[]} */
  let rows = []; // once the columns are there

  /** @type {(change: (event: Event | null) => void) => void} */
  function makePanel(change) {
    const [place] = tilbudsspejl.all('[data-choices]', panel);
    rows = CHOICES.map(([name, label, open]) => {
      const group = element('details');
      group.open = open;
      group.appendChild(element('summary', '', label));
      const list = element('div');
      list.setAttribute('role', 'group');
      list.setAttribute('aria-label', label);
      group.appendChild(list);
      const more = element('button', 'linklike');
      more.type = 'button';
      more.addEventListener('click', () => {
        if (!opened.delete(name)) opened.add(name);
        change(null);
      });
      group.appendChild(more);
      place.appendChild(group);
      return { name, group, list, more, values: columns[name].values.map((value) => makeRow(name, value)) };
    });
    units.forEach((words) => unit.appendChild(element('option', '', words)));
    panel.addEventListener('input', change);
    panel.addEventListener('submit', (event) => event.preventDefault());
  }

  /** @type {(name: string, value: string) => ChoiceRow} */
  function makeRow(name, value) {
    const row = element('label', 'check');
    const box = element('input');
    box.type = 'checkbox';
    box.name = name;
    box.value = value;
    const place = element('span', 'num');
    row.append(box, element('span', '', value), place);
    return { value, row, box, number: place, shown: -1, count: 0 };
  }

  // The filters that the panel shows as chosen, put into the state.
  /** @type {(state: URLSearchParams) => void} */
  function readPanel(state) {
    [...CHOICES.map(([name]) => name), ...NUMBERS, 'enhed', 'siden'].forEach((name) => state.delete(name));
    new FormData(panel).forEach((value, name) => {
      const text = String(value).trim();
      if (text) state.append(name, text);
    });
    if (!state.has('takst_fra') && !state.has('takst_til')) state.delete('enhed');
  }

  // What is chosen, and how many of the documents each value would give with the filters as they were understood.
  /** @type {(state: URLSearchParams, filters: URLSearchParams, documents: number[]) => void} */
  function showPanel(state, filters, documents) {
    const counts = countsOf(filters, documents);
    rows.forEach((choice, place) => showChoice(choice, counts[place], new Set(state.getAll(choice.name))));
    [...NUMBERS, 'siden'].forEach((name) => setValue(byId(name, HTMLInputElement), state.get(name) || ''));
    NUMBERS.forEach((name) => {
      byId(name, HTMLInputElement).setAttribute('aria-invalid', String(isUnread(state, name)));
    });
    setValue(unit, units[unitOf(state)] || '');
  }

  // What is being typed stays as it is typed.
  /** @type {(field: HTMLInputElement | HTMLSelectElement, value: string) => void} */
  function setValue(field, value) {
    if (field !== document.activeElement && field.value !== value) field.value = value;
  }

  /** @type {(choice: Choice, counts: Uint32Array, chosen: Set<string>) => void} */
  function showChoice({ name, group, list, more, values }, counts, chosen) {
    const there = values.filter((entry, place) => {
      entry.count = counts[place];
      entry.box.checked = chosen.has(entry.value);
      return entry.count || entry.box.checked;
    });
    there.sort((a, b) => b.count - a.count || danish.compare(a.value, b.value));
    const all = opened.has(name);
    const some = all ? there.slice() : there.filter((entry, place) => place < SHOWN || entry.box.checked);
    some.sort((a, b) => (all ? 0 : b.count - a.count) || danish.compare(a.value, b.value));
    const before = Array.from(list.children);
    if (before.length !== some.length || some.some((entry, place) => entry.row !== before[place])) {
      const focused = document.activeElement;
      list.replaceChildren(...some.map((entry) => entry.row));
      if (focused instanceof HTMLElement && list.contains(focused)) focused.focus({ preventScroll: true });
    }
    some.forEach((entry) => {
      if (entry.shown !== entry.count) entry.number.textContent = count(entry.count);
      entry.shown = entry.count;
    });
    group.hidden = !there.length;
    more.hidden = there.length <= SHOWN;
    more.textContent = all ? 'Vis kun de hyppigste' : 'Vis alle ' + there.length;
  }

  /** @type {(amount: number) => string} */
  function count(amount) {
    return String(amount).replace(/\B(?=(\d{3})+$)/g, '.');
  }

  // What is chosen, in words, and the state without it.
  /** @type {(state: URLSearchParams) => [words: string, rest: URLSearchParams][]} */
  function chips(state) {
    /** @type {[words: string, rest: URLSearchParams][]} */
    const found = [];
    /** @type {(name: string, value: string | null) => URLSearchParams} */
    const without = (name, value) => {
      const rest = new URLSearchParams(state);
      const values = rest.getAll(name).filter((other) => other !== value);
      rest.delete(name);
      values.forEach((other) => rest.append(name, other));
      return rest;
    };
    CHOICES.forEach(([name]) => state.getAll(name).forEach((value) => found.push([value, without(name, value)])));
    if (number(state, 'alder') !== null) found.push([state.get('alder') + ' år', without('alder', state.get('alder'))]);
    [['pladser', 'pladser'], ['takst', units[unitOf(state)] || '']].forEach(([name, words]) => {
      const [from, to] = [number(state, name + '_fra'), number(state, name + '_til')];
      if (from === null && to === null) return;
      const rest = without(name + '_fra', state.get(name + '_fra'));
      rest.delete(name + '_til');
      const span = to === null ? 'mindst ' + from : from === null ? 'højst ' + to : from + '–' + to;
      found.push([span + ' ' + words, rest]);
    });
    if (day(state) !== null) {
      const since = state.get('siden') || '';
      found.push(['ændret siden ' + tilbudsspejl.dayWords(since), without('siden', since)]);
    }
    return found;
  }

  return {
    count, loadColumns, columnsOf, panelColumns: PANEL, number, isFiltered, understood, unread, passes, sorted, chips,
    makePanel, readPanel, showPanel, somePair,
  };
}());
