/* What an offer's page and the comparison share: an offer's states, loaded when they are asked for; and two or more of
   them side by side. */
(function () {
  'use strict';

  const { element } = window.tilbudsspejl;
  const MONTHS = ['januar', 'februar', 'marts', 'april', 'maj', 'juni', 'juli', 'august', 'september', 'oktober',
    'november', 'december'];
  const loaded = {};

  function day(iso) {
    const [year, month, date] = iso.split('-').map(Number);
    const made = element('time', '', date + '. ' + MONTHS[month - 1] + ' ' + year);
    made.dateTime = iso;
    return made;
  }

  // A classic script, since a page opened as a file may load nothing else.
  let taken;
  window.tilbudsspejlHistorik = (states) => { taken = states; };
  function load(address) {
    loaded[address] = loaded[address] || new Promise((resolve, reject) => {
      const script = element('script');
      script.src = address;
      // A server may answer for a file that is not there with a page: then nothing has been taken.
      script.onload = () => {
        if (taken) resolve(taken); else reject(new Error(address));
        taken = null;
      };
      script.onerror = () => reject(new Error(address));
      document.head.append(script);
    });
    return loaded[address];
  }

  function rowsOf(states, version) {
    return version.r.map((place) => states.rows[place]);
  }

  // The text of a row, with the paragraphs that it had.
  function shown(text) {
    return text.indexOf('\n') < 0 ? [text] : text.split('\n').map((line) => element('p', '', line));
  }

  // Columns of rows side by side, paired by section and label. What one lacks is said; rows that agree are marked.
  function sideBySide(columns, absent) {
    const sections = new Map();
    columns.forEach(({ rows }, place) => rows.forEach(([section, label, text]) => {
      const labels = sections.get(section) || sections.set(section, new Map()).get(section);
      const texts = labels.get(label) || labels.set(label, []).get(label);
      texts[place] = text;
    }));
    const table = element('table', 'compare');
    const head = table.createTHead().insertRow();
    head.append(element('td'));
    columns.forEach((column) => {
      const cell = element('th', '', ...column.head());
      cell.scope = 'col';
      head.append(cell);
    });
    let differing = 0;
    let same = 0;
    sections.forEach((labels, section) => {
      const body = table.createTBody();
      const group = element('tr', 'group', element('th', '', section));
      group.firstChild.colSpan = columns.length + 1;
      group.firstChild.scope = 'rowgroup';
      body.append(group);
      labels.forEach((texts, label) => {
        const alike = columns.every((_, place) => texts[place] === texts[0]);
        if (alike) same += 1; else differing += 1;
        const name = element('th', '', label);
        name.scope = 'row';
        if (alike) name.append(element('small', '', ' ens'));
        const row = element('tr', alike ? 'same' : '', name);
        columns.forEach((column, place) => {
          const text = texts[place];
          row.append(element('td', text === undefined ? 'soft' : '', element('span', 'who', column.name),
            element('span', '', ...(text === undefined ? [absent] : shown(text)))));
        });
        body.append(row);
      });
      if (!body.querySelector('tr:not(.same):not(.group)')) body.className = 'same';
    });
    return { table, differing, same };
  }

  // The switch that leaves out the rows that agree.
  function onlyDiffering(made, isOn) {
    const box = element('input');
    box.type = 'checkbox';
    box.checked = isOn;
    made.table.classList.toggle('different', isOn);
    box.addEventListener('change', () => made.table.classList.toggle('different', box.checked));
    return element('label', 'check', box, 'Vis kun det, der er forskelligt (' + made.differing + ' af '
      + (made.differing + made.same) + ' oplysninger)');
  }

  window.tilbudsspejlFaelles = { day, load, rowsOf, shown, sideBySide, onlyDiffering };
}());
