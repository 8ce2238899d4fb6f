/* An offer's page: "som det så ud den …", two versions side by side, the choice of changes, and the copying of numbers.
   All of it can be read without. The address tells what is shown: ?dato=2021-03-04, ?version=3, ?fra=2&til=5. */
(function () {
  'use strict';

  const { element, copy } = window.tilbudsspejl;
  const { day, load, rowsOf, shown, sideBySide, onlyDiffering } = window.tilbudsspejlFaelles;
  const all = (selector) => Array.from(document.querySelectorAll(selector));
  const history = document.getElementById('historik');
  const then = document.getElementById('dengang');
  const gone = document.querySelector('.gone p'); // what has become of it

  all('[data-kopi], [data-kopi-fra]').forEach((button) => {
    const said = button.innerHTML;
    button.hidden = false;
    button.addEventListener('click', () => {
      const from = button.dataset.kopiFra;
      const text = from ? document.getElementById(from).textContent.replace(/\s+/g, ' ').trim() : button.dataset.kopi;
      copy(text).then(() => { button.textContent = 'Kopieret'; }, () => { button.textContent = 'Kunne ikke kopieres'; })
        .then(() => window.setTimeout(() => { button.innerHTML = said; }, 2000));
    });
  });
  if (!history) return;

  const entries = all('[data-version]');
  const form = document.getElementById('dato');
  const { dato, version: chosen, til } = form.elements;
  const names = new Map(entries.map((entry) => [entry.dataset.version, entry.dataset.kaldt]));
  // "Version 3"; one without a number goes by its date.
  const called = (number) => names.get(number) || 'Version ' + number;
  const within = (number) => called(number).replace(/^./, (first) => first.toLowerCase());
  entries.forEach((entry) => {
    const words = entry.dataset.kaldt || called(entry.dataset.version) + ', ' + entry.querySelector('h4').firstChild.textContent;
    [chosen, til].forEach((select) => select && select.add(new Option(words, entry.dataset.version)));
  });
  form.hidden = false;
  const known = window.tilbudsspejlEdition.day; // the data's own day
  dato.max = known;

  // 2021-02-31 looks like one.
  function isDay(iso) {
    const moment = new Date(iso + 'T00:00:00Z');
    return !Number.isNaN(moment.getTime()) && moment.toISOString().slice(0, 10) === iso;
  }


  const { title } = document;

  // A line through all lanes at that day.
  function cursor(iso) {
    const axis = document.querySelector('[data-akse]');
    if (!axis) return;
    const [first, last, left, right] = axis.dataset.akse.split('/');
    const share = (Date.parse(iso) - Date.parse(first)) / (Date.parse(last) - Date.parse(first));
    const x = share > 1 ? (Number(right) + 100) / 2 : Number(left) + Math.max(share || 0, 0) * (right - left);
    all('.cursor').forEach((line) => {
      line.classList.toggle('on', Boolean(iso));
      if (iso) ['x1', 'x2'].forEach((end) => line.setAttribute(end, x + '%'));
    });
  }

  function period(version) {
    const parts = version.set ? ['uden dato, første gang set ', day(version.set)] : ['gyldig fra ', day(version.fra)];
    if (version.slut) parts.push(' til og med ', day(version.slut));
    else if (version.til) parts.push(version.senest ? ' til senest ' : ' til ', day(version.til));
    return parts;
  }

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

  function present(nodes, numbers, iso) {
    all('main > *').forEach((part) => {
      if (part !== then && part !== history && !part.matches('h1, .crumbs')) part.hidden = true;
    });
    then.setAttribute('role', 'region');
    then.setAttribute('aria-labelledby', 'h-dengang');
    then.replaceChildren(...nodes);
    then.hidden = false;
    document.title = then.querySelector('h2').textContent + ': ' + title;
    entries.forEach((entry) => entry.classList.toggle('on', numbers.includes(entry.dataset.version)));
    cursor(iso);
  }

  function state(states, version, title, iso) {
    const sections = new Map();
    rowsOf(states, version).forEach(([section, label, text]) => {
      if (!sections.has(section)) sections.set(section, element('dl', 'facts'));
      sections.get(section).append(element('div', '', element('dt', '', label), element('dd', '', ...shown(text))));
    });
    const parts = Array.from(sections, ([section, facts]) =>
      element('div', 'sec', element('h3', '', section), element('div', 'body', facts)));
    const late = states.sidst && iso > states.sidst
      ? ['Sidst set i registret ', day(states.sidst), '. '] : [];
    const held = version.trukket ? [' Registret har trukket den tilbage; spejlet fandt den ikke længere ', day(version.trukket), '.']
      : !version.holdt ? [' Den har aldrig været den gældende.']
        : version.senest ? [' Registret siger ikke, hvornår den næste afløste den.'] : [];
    present([
      element('div', 'then', heading(...title), ...(gone ? [element('p', '', 'Nu: ' + gone.textContent + '.')] : []),
        element('p', '', ...late, called(version.nr) + ', ', ...period(version), '.', ...held), leave()),
      ...parts,
    ], [version.nr], iso);
  }

  // The state on a day is the version that held at the end of it.
  function heldOn(states, iso) {
    const begun = begunBy(states, iso);
    if (!begun) return undefined;
    return (begun.slut ? begun.slut >= iso : !begun.til || begun.til > iso) ? begun : undefined; // `slut` is a day that it held
  }

  function begunBy(states, iso) {
    const held = states.versions.filter((version) => version.holdt);
    // Of one without a start nobody knows more than that it was there when the mirror first saw it.
    return held.filter((version, place) => (version.fra || (place ? '9999' : version.set)) <= iso).pop();
  }

  function onDay(states, iso) {
    if (iso > known) {
      return present([element('div', 'then', heading('Spejlet kender ikke ', day(iso)),
        element('p', '', 'Data er hentet ', day(known), '.'), leave())], [], '');
    }
    const hit = heldOn(states, iso);
    if (hit) return state(states, hit, ['Som det så ud den ', day(iso)], iso);
    const ended = begunBy(states, iso);
    if (ended) {
      return present([element('div', 'then', heading('Ingen version af tilbuddet gjaldt den ', day(iso)),
        element('p', '', called(ended.nr) + ' var ', ...period(ended), '.'), leave())], [ended.nr], iso);
    }
    const held = states.versions.filter((version) => version.holdt);
    if (held.length && !held[0].fra) {
      return present([element('div', 'then', heading('Ingen ved, hvordan tilbuddet så ud den ', day(iso)),
        element('p', '', 'Registret siger ikke, fra hvornår ' + within(held[0].nr) + ' gælder; spejlet så den første gang ',
          day(held[0].set), '.'), leave())], [held[0].nr], iso);
    }
    const first = held.find((version) => version.fra);
    return present([element('div', 'then', heading('Registret har ingen version af tilbuddet fra den ', day(iso)),
      element('p', '', ...(first ? ['Den første version er gyldig fra ', day(first.fra), '.'] : [])), leave())], [], iso);
  }

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

  function asks(search) {
    return ['dato', 'version', 'fra', 'til'].some((name) => new URLSearchParams(search).has(name));
  }

  async function show(asked, focus) {
    const find = (states, number) => states.versions.find((version) => version.nr === number);
    const iso = asked.get('dato');
    try {
      const states = await load(history.dataset.tilstande);
      const to = find(states, asked.get('til'));
      const from = isDay(iso) && to && iso <= known ? heldOn(states, iso)
        : find(states, asked.get('fra') || asked.get('version'));
      if (isDay(iso) && !(from && to)) onDay(states, iso);
      else if (from && to) compared(states, from, to);
      else if (from) state(states, from, ['Som det så ud i ' + within(from.nr)], from.fra);
      else {
        present([element('div', 'then', heading('Den version eller dag findes ikke'), leave())], [], '');
      }
      dato.value = isDay(iso) ? iso : '';
      if (chosen) chosen.value = (from && from.nr) || '';
      if (til) til.value = (to && to.nr) || '';
      if (focus) {
        then.focus();
        then.scrollIntoView();
      }
    } catch (error) {
      present([element('div', 'then', heading('Historikken kunne ikke hentes'),
        element('p', '', 'Filen ' + error.message + ' mangler ved siden af siden.'), leave())], [], '');
      then.focus();
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const asked = new URLSearchParams();
    if (til && til.value) {
      // Alone it is compared with the one that holds.
      if (dato.value) asked.set('dato', dato.value);
      else asked.set('fra', chosen.value || entries.find((entry) => entry.matches('[data-nu]')).dataset.version);
      asked.set('til', til.value);
    } else if (chosen && chosen.value) asked.set('version', chosen.value);
    else if (dato.value) asked.set('dato', dato.value);
    else {
      document.getElementById('asof-svar').textContent = 'Vælg en dag eller en version.';
      return dato.focus();
    }
    document.getElementById('asof-svar').textContent = '';
    window.history.pushState(null, '', '?' + asked);
    return show(asked, true);
  });
  // Choosing one way unchooses the other.
  dato.addEventListener('input', () => { if (chosen) chosen.value = ''; });
  if (chosen) chosen.addEventListener('change', () => { dato.value = ''; });
  window.addEventListener('popstate', () => {
    if (asks(window.location.search)) show(new URLSearchParams(window.location.search), false);
    else if (!then.hidden) window.location.reload();
  });
  if (asks(window.location.search)) show(new URLSearchParams(window.location.search), false);

  // Which kinds of change are shown. What only the platform or a law has done is a switch away, which takes no script.
  const choice = document.getElementById('slags');
  const said = document.getElementById('vist');
  if (!choice) return;
  choice.parentElement.hidden = false;
  choice.addEventListener('change', () => {
    const fields = choice.value.split(' ');
    history.classList.toggle('chosen', Boolean(choice.value));
    all('#versioner [data-field]').forEach((line) => {
      line.hidden = Boolean(choice.value) && !fields.includes(line.dataset.field);
    });
    entries.forEach((entry) => {
      entry.hidden = Boolean(choice.value) && !entry.querySelector('[data-field]:not([hidden])');
    });
    all('#versioner .year').forEach((year) => { year.hidden = !year.querySelector('.entry:not([hidden])'); });
    const left = entries.filter((entry) => !entry.hidden).length;
    said.textContent = choice.value ? 'Viser ' + left + ' af ' + entries.length + ' versioner.' : '';
  });
}());
