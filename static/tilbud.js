/* An offer's page: "som det så ud den …", two versions side by side, the choice of changes, and the copying of numbers.
   All of it can be read without. The address tells what is shown: ?dato=2021-03-04, ?version=3, ?fra=2&til=5. */

/**
 * What of an offer's states an address asks for.
 * @typedef {{ iso: string, from?: VersionState, to?: VersionState }} Asked
 */

(function () {
  'use strict';

  const { element, all, byId, copy } = tilbudsspejl;
  const { day, load, rowsOf, shown, sideBySide, onlyDiffering } = tilbudsspejlFaelles;
  const SAID_FOR = 2000; // milliseconds that a button tells what came of it

  all('[data-kopi], [data-kopi-fra]').forEach((button) => {
    const own = Array.from(button.childNodes);
    button.hidden = false;
    button.addEventListener('click', () => {
      const from = button.dataset.kopiFra;
      const text = from ? (byId(from, HTMLElement).textContent || '').replace(/\s+/g, ' ').trim() : button.dataset.kopi;
      copy(text || '')
        .then(() => { button.textContent = 'Kopieret'; }, () => { button.textContent = 'Kunne ikke kopieres'; })
        .then(() => window.setTimeout(() => button.replaceChildren(...own), SAID_FOR));
    });
  });

  const edition = window.tilbudsspejlEdition;
  if (!document.getElementById('historik') || !edition) return;

  const history = byId('historik', HTMLElement);
  const then = byId('dengang', HTMLElement);
  const gone = document.querySelector('.gone p'); // what has become of it
  const entries = all('[data-version]');
  const form = byId('dato', HTMLFormElement);
  const answer = byId('asof-svar', HTMLElement);
  const date = byId('asof-dag', HTMLInputElement);
  // There with more than one version.
  const chosen = /** @type {HTMLSelectElement | null} */ (document.getElementById('asof-version'));
  const until = /** @type {HTMLSelectElement | null} */ (document.getElementById('asof-til'));
  const names = new Map(entries.map((entry) => [entry.dataset.version, entry.dataset.kaldt]));

  // "Version 3"; one without a number goes by its date.
  /** @type {(number: string) => string} */
  function called(number) {
    return names.get(number) || 'Version ' + number;
  }

  /** @type {(number: string) => string} */
  function within(number) {
    return called(number).replace(/^./, (first) => first.toLowerCase());
  }

  entries.forEach((entry) => {
    const number = entry.dataset.version || '';
    const begun = entry.querySelector('h4')?.firstChild?.textContent;
    const words = entry.dataset.kaldt || called(number) + ', ' + begun;
    [chosen, until].forEach((select) => select?.add(new Option(words, number)));
  });
  form.hidden = false;
  const known = edition.day; // the data's own day
  date.max = known;

  // 2021-02-31 looks like one.
  /** @type {(iso: string) => boolean} */
  function isDay(iso) {
    const moment = new Date(iso + 'T00:00:00Z');
    return !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 10) === iso;
  }

  const pageTitle = document.title;

  // A line through all lanes at that day.
  /** @type {(iso: string) => void} */
  function cursor(iso) {
    const axis = all('[data-akse]')[0];
    if (!axis) return;
    const [first, last, left, right] = (axis.dataset.akse || '').split('/');
    const share = (Date.parse(iso) - Date.parse(first)) / (Date.parse(last) - Date.parse(first));
    const x = share > 1 ? (Number(right) + 100) / 2
      : Number(left) + Math.max(share || 0, 0) * (Number(right) - Number(left));
    all('.cursor').forEach((line) => {
      line.classList.toggle('on', Boolean(iso));
      if (iso) ['x1', 'x2'].forEach((end) => line.setAttribute(end, x + '%'));
    });
  }

  /** @type {(version: VersionState) => Content[]} */
  function period(version) {
    /** @type {Content[]} */
    const parts = version.set ? ['uden dato, første gang set ', day(version.set)] : ['gyldig fra ', day(version.fra)];
    if (version.slut) parts.push(' til og med ', day(version.slut));
    else if (version.til) parts.push(version.senest ? ' til senest ' : ' til ', day(version.til));
    return parts;
  }

  /** @type {(...words: Content[]) => HTMLElement} */
  function heading(...words) {
    const made = element('h2', '', ...words);
    made.id = 'h-dengang';
    return made;
  }

  function leave() {
    const link = element('a', '', 'Vis tilbuddet, som det er nu');
    link.href = window.location.pathname.replace(/^.*\//, '');
    return element('p', 'actions', link);
  }

  // In place of what holds now; the versions with these numbers are marked in the history below.
  /** @type {(nodes: Node[], numbers: string[], iso: string) => void} */
  function present(nodes, numbers, iso) {
    all('main > *').forEach((part) => {
      if (part !== then && part !== history && !part.matches('h1, .crumbs')) part.hidden = true;
    });
    then.setAttribute('role', 'region');
    then.setAttribute('aria-labelledby', 'h-dengang');
    then.replaceChildren(...nodes);
    then.hidden = false;
    document.title = all('h2', then)[0].textContent + ': ' + pageTitle;
    entries.forEach((entry) => entry.classList.toggle('on', numbers.includes(entry.dataset.version || '')));
    cursor(iso);
  }

  // A sentence in place of a state.
  /** @type {(title: HTMLElement, said: Content[] | null, numbers: string[], iso: string) => void} */
  function presentAnswer(title, said, numbers, iso) {
    present([element('div', 'then', title, said && element('p', '', ...said), leave())], numbers, iso);
  }

  /** @type {(states: States, version: VersionState) => HTMLElement[]} */
  function sectionsOf(states, version) {
    /** @type {Map<string, HTMLElement>} */
    const sections = new Map();
    rowsOf(states, version).forEach(([section, label, text]) => {
      const facts = sections.get(section) || element('dl', 'facts');
      sections.set(section, facts);
      facts.append(element('div', '', element('dt', '', label), element('dd', '', ...shown(text))));
    });
    return Array.from(sections, ([section, facts]) =>
      element('div', 'sec', element('h3', '', section), element('div', 'body', facts)));
  }

  /** @type {(version: VersionState) => Content[]} */
  function reservation(version) {
    if (version.trukket) {
      return [' Registret har trukket den tilbage; spejlet fandt den ikke længere ', day(version.trukket), '.'];
    }
    if (!version.holdt) return [' Den har aldrig været den gældende.'];
    return version.senest ? [' Registret siger ikke, hvornår den næste afløste den.'] : [];
  }

  /** @type {(states: States, version: VersionState, title: Content[], iso: string) => void} */
  function state(states, version, title, iso) {
    const late = states.sidst && iso > states.sidst
      ? ['Sidst set i registret ', day(states.sidst), '. '] : [];
    present([
      element('div', 'then', heading(...title), gone && element('p', '', 'Nu: ' + gone.textContent + '.'),
        element('p', '', ...late, called(version.nr) + ', ', ...period(version), '.', ...reservation(version)),
        leave()),
      ...sectionsOf(states, version),
    ], [version.nr], iso);
  }

  // The state on a day is the version that held at the end of it.
  /** @type {(states: States, iso: string) => VersionState | undefined} */
  function heldOn(states, iso) {
    const begun = begunBy(states, iso);
    const last = begun?.dage?.[1];
    return last && last < iso ? undefined : begun;
  }

  /** @type {(states: States, iso: string) => VersionState | undefined} */
  function begunBy(states, iso) {
    return states.versions.filter(({ dage }) => dage && dage[0] <= iso).pop();
  }

  /** @type {(states: States, iso: string) => void} */
  function onDay(states, iso) {
    if (iso > known) {
      presentAnswer(heading('Spejlet kender ikke ', day(iso)), ['Data er hentet ', day(known), '.'], [], '');
      return;
    }
    const hit = heldOn(states, iso);
    const ended = begunBy(states, iso);
    if (hit) {
      state(states, hit, ['Som det så ud den ', day(iso)], iso);
    } else if (ended) {
      presentAnswer(heading('Ingen version af tilbuddet gjaldt den ', day(iso)),
        [called(ended.nr) + ' var ', ...period(ended), '.'], [ended.nr], iso);
    } else {
      beforeAll(states, iso);
    }
  }

  // A day before any version is known to have held.
  /** @type {(states: States, iso: string) => void} */
  function beforeAll(states, iso) {
    const held = states.versions.filter((version) => version.holdt);
    if (held.length && !held[0].fra) {
      presentAnswer(heading('Ingen ved, hvordan tilbuddet så ud den ', day(iso)),
        ['Registret siger ikke, fra hvornår ' + within(held[0].nr) + ' gælder; spejlet så den første gang ',
          day(held[0].set || ''), '.'], [held[0].nr], iso);
      return;
    }
    const first = held.find((version) => version.fra);
    presentAnswer(heading('Registret har ingen version af tilbuddet fra den ', day(iso)),
      first ? ['Den første version er gyldig fra ', day(first.fra), '.'] : [], [], iso);
  }

  /** @type {(states: States, from: VersionState, to: VersionState) => void} */
  function compared(states, from, to) {
    const columns = [from, to].map((version) => ({
      name: called(version.nr),
      head: () => [called(version.nr), element('small', 'soft', ...period(version))],
      rows: rowsOf(states, version),
    }));
    const made = sideBySide(columns, 'Stod der ikke');
    made.table.prepend(element('caption', 'vh', called(from.nr) + ' og ' + within(to.nr)));
    const title = heading(called(from.nr) + ' ved siden af ' + within(to.nr));
    present([element('div', 'then', title, leave()), onlyDiffering(made, true), made.table], [from.nr, to.nr], to.fra);
  }

  /** @type {(search: string) => boolean} */
  function asks(search) {
    return ['dato', 'version', 'fra', 'til'].some((name) => new URLSearchParams(search).has(name));
  }

  // A day and a version to compare with: the version that held on the day is the other one.
  /** @type {(states: States, asked: URLSearchParams) => Asked} */
  function understood(states, asked) {
    /** @type {(number: string | null) => VersionState | undefined} */
    const find = (number) => states.versions.find((version) => version.nr === number);
    const given = asked.get('dato') || '';
    const iso = isDay(given) ? given : '';
    const to = find(asked.get('til'));
    const from = iso && to && iso <= known ? heldOn(states, iso) : find(asked.get('fra') || asked.get('version'));
    return { iso, from, to };
  }

  /** @type {(states: States, asked: Asked) => void} */
  function showStates(states, { iso, from, to }) {
    if (from && to) compared(states, from, to);
    else if (iso) onDay(states, iso);
    else if (from) state(states, from, ['Som det så ud i ' + within(from.nr)], from.fra);
    else presentAnswer(heading('Den version eller dag findes ikke'), null, [], '');
  }

  /** @type {(asked: Asked) => void} */
  function fillForm({ iso, from, to }) {
    date.value = iso;
    if (chosen) chosen.value = from ? from.nr : '';
    if (until) until.value = to ? to.nr : '';
  }

  /** @type {(search: URLSearchParams, isFocused: boolean) => Promise<void>} */
  async function show(search, isFocused) {
    try {
      const states = await load(history.dataset.tilstande || '');
      const asked = understood(states, search);
      showStates(states, asked);
      fillForm(asked);
      if (isFocused) {
        then.focus();
        then.scrollIntoView();
      }
    } catch (error) {
      const file = error instanceof Error ? error.message : '';
      presentAnswer(heading('Historikken kunne ikke hentes'), ['Filen ' + file + ' mangler ved siden af siden.'], [],
        '');
      then.focus();
    }
  }

  // What the form asks for; without anything chosen there are no words in it.
  function askedInForm() {
    const asked = new URLSearchParams();
    if (until && until.value) {
      // Alone it is compared with the one that holds.
      if (date.value) asked.set('dato', date.value);
      else asked.set('fra', (chosen && chosen.value) || current());
      asked.set('til', until.value);
    } else if (chosen && chosen.value) {
      asked.set('version', chosen.value);
    } else if (date.value) {
      asked.set('dato', date.value);
    }
    return asked;
  }

  function current() {
    return entries.find((entry) => entry.matches('[data-nu]'))?.dataset.version || '';
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const asked = askedInForm();
    if (!asked.toString()) {
      answer.textContent = 'Vælg en dag eller en version.';
      date.focus();
      return;
    }
    answer.textContent = '';
    window.history.pushState(null, '', '?' + asked);
    show(asked, true);
  });
  // Choosing one way unchooses the other.
  date.addEventListener('input', () => { if (chosen) chosen.value = ''; });
  if (chosen) chosen.addEventListener('change', () => { date.value = ''; });
  window.addEventListener('popstate', () => {
    if (asks(window.location.search)) show(new URLSearchParams(window.location.search), false);
    else if (!then.hidden) window.location.reload();
  });
  if (asks(window.location.search)) show(new URLSearchParams(window.location.search), false);

  // Which kinds of change are shown. What only the platform or a law has done is a switch away, which takes no script.
  const choice = /** @type {HTMLSelectElement | null} */ (document.getElementById('slags'));
  if (!choice || !choice.parentElement) return;
  const said = byId('vist', HTMLElement);
  choice.parentElement.hidden = false;
  choice.addEventListener('change', () => {
    const fields = choice.value.split(' ');
    history.classList.toggle('chosen', Boolean(choice.value));
    all('#versioner [data-field]').forEach((line) => {
      line.hidden = Boolean(choice.value) && !fields.includes(line.dataset.field || '');
    });
    entries.forEach((entry) => {
      entry.hidden = Boolean(choice.value) && !entry.querySelector('[data-field]:not([hidden])');
    });
    all('#versioner .year').forEach((year) => { year.hidden = !year.querySelector('.entry:not([hidden])'); });
    const left = entries.filter((entry) => !entry.hidden).length;
    said.textContent = choice.value ? 'Viser ' + left + ' af ' + entries.length + ' versioner.' : '';
  });
}());
