/* The search page: what is typed and chosen, the results, and the address that keeps both. */
(function () {
  'use strict';

  const spejl = window.tilbudsspejlSoeg;
  const { element } = window.tilbudsspejl;
  const { count } = spejl;
  const FIRST_HITS = 10;
  const MORE_HITS = 50;
  const MOST_SUGGESTIONS = 6;
  const SPOKEN_AFTER = 700; // milliseconds without a key before a screen reader is told
  const NEW_ENTRY_AFTER = 2000; // and before the next key begins a new entry of the browser's history

  const byId = (id) => document.getElementById(id);
  const input = byId('q');
  const list = byId('resultater');
  const more = byId('flere');
  const panel = byId('filtre');
  const title = document.title;

  let state = new URLSearchParams(window.location.search); // the query and the filters, as in the address
  let latest = 0; // number of the newest search; what an older one finds is dropped
  let shown = null; // {asked, found, documents}: what the list is of, and how the state was understood
  let lastKey = -Infinity;
  let speaking = 0;

  // ---- A hit ----------------------------------------------------------------------------------

  function hit(document_, row, reasons) {
    const item = element('li', 'hit');
    item.dataset.tilbudsid = row.id;
    const heading = element('h3');
    const link = element('a', '', row.name);
    link.href = row.address;
    heading.appendChild(link);
    const facts = element('p');
    facts.appendChild(element('span', row.style ? 'st st-' + row.style : 'st', row.status));
    row.facts.forEach((fact) => facts.append(element('span', '', ' · ' + fact)));
    item.append(heading, facts);
    const former = row.former.join(', ');
    if (former && !reasons.some(({ label }) => label === 'Hed tidligere')) {
      item.appendChild(element('p', 'small soft', 'hed tidligere ' + former));
    }
    if (reasons.length) item.appendChild(why(reasons));
    return item;
  }

  function why(reasons) {
    const line = element('p', 'why');
    line.appendChild(element('span', 'vh', 'Fundet i: '));
    reasons.forEach(({ label, pieces }, place) => {
      line.append((place ? ' · ' : '') + label + ': ');
      pieces.forEach(([text, isMarked]) => line.append(element(isMarked ? 'mark' : 'span', '', text)));
    });
    return line;
  }

  async function hits(found, documents) {
    const made = await Promise.all(documents.map(async (document_) => {
      const row = await spejl.rowOf(found.manifest, document_);
      return hit(document_, row, await spejl.reasons(found, document_, row));
    }));
    const fragment = document.createDocumentFragment();
    fragment.append(...made);
    return fragment;
  }

  // ---- What is said ---------------------------------------------------------------------------

  const EXAMPLE = 'Skriv et navn, en kommune, en målgruppe, en paragraf eller et nummer, for eksempel »botilbud Silkeborg« '
    + 'eller »§ 107«.';
  const ADVICE = 'Prøv færre eller kortere ord, eller kun begyndelsen af et ord.';

  // Neither a word nor a filter: a sign alone is no word.
  function isNothingAsked({ asked, found }) {
    return !found.columns && !spejl.isFiltered(asked.filters);
  }

  function summary(query, { asked, found, documents }) {
    if (isNothingAsked({ asked, found })) return count(documents.length) + ' tilbud i registret';
    const number = documents.length;
    const about = query ? ' på »' + corrected(query, found) + '«' : '';
    if (!number) return 'Ingen tilbud fundet' + about;
    const isCeased = spejl.ceased(found.manifest);
    const ended = documents.reduce((sum, document_) => sum + isCeased[document_], 0);
    const offers = count(number) + ' tilbud';
    const gone = ofThemCeased(ended, number);
    if (found.complete) return offers + ' fundet' + about + gone;
    return 'Ingen tilbud indeholder alle ordene. ' + offers + ' har nogle af dem' + gone;
  }

  function ofThemCeased(ended, all) {
    if (!ended) return '';
    return (ended === all ? ', ' + (all === 1 ? '' : 'alle ') : ', ' + count(ended) + ' af dem ') + 'ikke længere i drift';
  }

  // Below the number: what was understood otherwise than it was typed, and ways on where there is nothing.
  function advice(query, { asked, found, documents }) {
    const lines = [];
    if (isNothingAsked({ asked, found })) lines.push(element('p', 'soft', EXAMPLE));
    spejl.unread(state).forEach((text) => lines.push(element('p', '', '»' + text + '« er ikke et tal; det filter bruges ikke.')));
    if (asked.age !== null) lines.push(ageRead(query, asked));
    if (found.instead.length && documents.length) lines.push(meant(query, found));
    if (found.columns && !found.complete && documents.length) lines.push(...withoutAWord(asked, found));
    if (!documents.length && query) {
      if (found.documents.length && spejl.isFiltered(asked.filters)) {
        const what = spejl.isFiltered(state) ? 'Filtrene' : 'Alderen'; // that stands in the query
        const line = element('p', '', what + ' skjuler ' + count(found.documents.length) + ' tilbud. ');
        line.appendChild(way(spejl.isFiltered(state) ? 'Fjern alle filtre' : 'Søg uden alder', withQuery(spejl.withoutAge(query), new URLSearchParams())));
        lines.push(line);
      } else {
        lines.push(element('p', 'soft', ADVICE));
      }
    }
    return lines;
  }

  function ageRead(query, { age, filters }) {
    const isUsed = Number(filters.get('alder')) === age;
    const line = element('p', '', isUsed ? 'Læst som alder: en målgruppe skal omfatte ' + age + ' år. '
      : 'Filteret på alder gælder, ikke søgningens ' + age + ' år. ');
    if (isUsed) line.appendChild(way('Søg uden alder', withQuery(spejl.withoutAge(query))));
    return line;
  }

  // The query with the words that were searched for in the place of those that no offer has.
  function corrected(query, { manifest, instead }, unknown = new Set()) {
    const words = new Map(instead);
    return query.replace(/[\p{L}\p{N}\p{M}\p{Cf}]+/gu, (written) => {
      const form = words.get(spejl.fold(written));
      if (form === undefined) return written;
      unknown.add('»' + written + '«');
      return spejl.written(manifest, form);
    });
  }

  function meant(query, found) {
    const unknown = new Set();
    const q = corrected(query, found, unknown);
    const line = element('p', '', 'Ingen tilbud indeholder ' + Array.from(unknown).join(' eller ') + '; der er søgt på ');
    line.append(way('»' + q + '«', withQuery(q)), '.');
    return line;
  }

  // The query without one of its words, where that finds something with all the others.
  function withoutAWord({ filters }, found) {
    const all = 2 ** found.words.length - 1;
    if (found.words.length < 2) return [];
    const words = found.words.map(({ form }) => spejl.written(found.manifest, form));
    const ways = words.map((_, place) => {
      const rest = all & ~(1 << place);
      const number = found.columns.words.reduce((sum, having) => sum + ((having & rest) === rest ? 1 : 0), 0);
      return { word: words[place], number, q: words.filter((_, other) => other !== place).join(' ') };
    }).filter(({ number, q }) => number && spejl.readQuery(q).age === null); // what is left must still be words
    if (!ways.length) return [];
    const line = element('p', '', 'Udelad et ord: ');
    ways.forEach(({ word, number, q }, place) => {
      line.append(place ? ' · ' : '', way(q, withQuery(q, filters)),
        element('span', '', ' uden ' + word + ' (' + count(number) + ')'));
    });
    return [line];
  }

  function withQuery(q, from = state) {
    const other = new URLSearchParams(from);
    set('q', q, other);
    return other;
  }

  // A link to another state of this page that needs no loading.
  function way(text, to) {
    const link = element('a', '', text);
    link.href = 'soeg.html?' + to;
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      go(to);
      byId('antal').focus(); // the link goes away with what it stands in
    });
    return link;
  }

  function say(text, lines) {
    byId('antal').replaceChildren(element('span', '', text));
    byId('raad').replaceChildren(...lines);
    window.clearTimeout(speaking);
    const spoken = [text, ...lines.map((line) => line.textContent)].map((part) => part.trim().replace(/[^.?]$/, '$&.')).join(' ');
    speaking = window.setTimeout(() => { byId('status').textContent = spoken; }, SPOKEN_AFTER);
  }

  // ---- A search -------------------------------------------------------------------------------

  async function run() {
    const mine = latest += 1;
    const query = (state.get('q') || '').trim();
    const asked = spejl.understood(state);
    list.removeAttribute('data-search');
    document.title = query ? query + ' – ' + title : title;
    try {
      await spejl.loadColumns(spejl.columnsOf(asked.filters));
      const found = await spejl.search(asked.words);
      if (mine !== latest) return;
      const documents = spejl.sorted(state, spejl.order(found, spejl.passes(asked.filters)));
      const nothingAsked = isNothingAsked({ asked, found });
      const fragment = await hits(found, nothingAsked ? [] : documents.slice(0, FIRST_HITS));
      if (mine !== latest) return;
      shown = { asked, found, documents };
      list.replaceChildren(fragment);
      say(summary(query, shown), advice(query, shown));
      showMore(nothingAsked);
      byId('udtag').hidden = nothingAsked || !documents.length;
      if (!panel.hidden) showFilters();
    } catch (error) {
      if (mine !== latest) return;
      shown = null;
      list.replaceChildren();
      more.hidden = true;
      byId('udtag').hidden = true;
      say('Søgningen kunne ikke hente sit register (' + error.message + ').',
        [element('p', '', 'Genindlæs siden, eller find tilbuddet gennem forsidens lister.')]);
    }
    list.setAttribute('data-search', 'done');
    // The list stands; the filters may come later.
    if (panel.hidden) spejl.loadColumns(spejl.panelColumns).then(showFilters, () => {});
  }

  function showFilters() {
    if (!shown) return;
    if (panel.hidden) {
      spejl.makePanel(filtersChanged);
      panel.hidden = false;
    }
    spejl.showPanel(state, shown.asked.filters, shown.found.documents);
    showChips();
  }

  function showChips() {
    const chips = spejl.chips(state);
    const place = byId('valgte');
    place.replaceChildren(...chips.map(([words, rest]) => {
      const chip = way('', rest);
      chip.className = 'chip';
      chip.append(element('span', 'vh', 'Fjern filter: '), element('span', '', words + ' '));
      const cross = element('span', '', '×');
      cross.setAttribute('aria-hidden', 'true');
      chip.appendChild(cross);
      return chip;
    }));
    if (chips.length > 1) {
      const q = state.get('q');
      place.appendChild(way('Fjern alle', new URLSearchParams(q ? { q } : {})));
    }
    place.hidden = !chips.length;
  }

  function showMore(nothingAsked) {
    const rest = shown.documents.length - list.children.length;
    more.hidden = rest <= 0 || nothingAsked;
    more.textContent = 'Vis flere (' + count(rest) + ' tilbage)';
  }

  more.addEventListener('click', async () => {
    const from = list.children.length;
    const mine = latest;
    more.disabled = true;
    try {
      const fragment = await hits(shown.found, shown.documents.slice(from, from + MORE_HITS));
      if (mine !== latest || list.children.length !== from) return;
      list.appendChild(fragment);
      list.children[from].querySelector('a').focus(); // the button may be gone; the reader goes on with the next hit
      showMore(false);
    } catch (error) {
      say('Flere resultater kunne ikke hentes (' + error.message + ').', []);
    } finally {
      more.disabled = false;
    }
  });

  // ---- Suggestions ----------------------------------------------------------------------------

  async function suggest() {
    const mine = latest;
    const typed = /(?<![\p{L}\p{N}-])[\p{L}\p{N}-]+$/u.exec(input.value);
    const forms = typed ? await spejl.suggestions(spejl.fold(typed[0]), MOST_SUGGESTIONS).catch(() => []) : [];
    if (mine !== latest) return;
    const manifest = forms.length ? await spejl.load('manifest') : null;
    const words = forms.map((form) => spejl.written(manifest, form));
    const place = byId('forslag');
    place.hidden = !words.length;
    place.replaceChildren(...words.map((word) => {
      const button = element('button', 'linklike', word);
      button.type = 'button';
      button.addEventListener('click', () => {
        go(withQuery(input.value.slice(0, typed.index) + word + ' '));
        input.focus();
      });
      return button;
    }));
  }

  // ---- The address ----------------------------------------------------------------------------

  function keep(isNewEntry) {
    const asked = state.toString();
    const address = window.location.pathname + (asked ? '?' + asked : '') + window.location.hash;
    if (asked === new URLSearchParams(window.location.search).toString()) return;
    if (isNewEntry) window.history.pushState(null, '', address);
    else window.history.replaceState(null, '', address);
  }

  function set(name, value, of = state) {
    if (value) of.set(name, value);
    else of.delete(name);
  }

  function go(to) {
    state = new URLSearchParams(to);
    keep(true);
    showState();
    run();
  }

  function showState() {
    input.value = state.get('q') || '';
    byId('sorter').value = state.get('sorter') || '';
    byId('forslag').hidden = true;
    showChips();
  }

  window.addEventListener('popstate', () => {
    if (panel.contains(document.activeElement)) document.activeElement.blur(); // what is typed there is out of date
    state = new URLSearchParams(window.location.search);
    showState();
    run();
  });

  // ---- What the reader does -------------------------------------------------------------------

  input.addEventListener('input', (event) => {
    set('q', input.value.trim());
    keepWhileTyping(event);
    run();
    suggest();
  });

  input.form.addEventListener('submit', (event) => {
    event.preventDefault();
    byId('forslag').hidden = true;
    run();
  });

  byId('sorter').addEventListener('change', (event) => {
    set('sorter', event.target.value);
    keep(true);
    run();
  });

  // Not a step back for each letter.
  function keepWhileTyping(event) {
    keep(event.timeStamp - lastKey > NEW_ENTRY_AFTER);
    lastKey = event.timeStamp;
  }

  // Of the panel: values were chosen or typed, or without an event only more of them shown.
  function filtersChanged(event) {
    if (event) {
      spejl.readPanel(state);
      if (/^(?:text|date)$/.test(event.target.type)) keepWhileTyping(event);
      else keep(true);
      run();
    } else {
      showFilters();
    }
  }

  async function takeAlong(use, done) {
    if (!shown) return;
    const { found, documents } = shown;
    window.clearTimeout(speaking); // what was found must not be said over what becomes of the list
    byId('status').textContent = 'Listen hentes …';
    try {
      await use(await spejl.table(found.manifest, documents));
      byId('status').textContent = done;
    } catch (error) {
      say('Listen kunne ikke hentes (' + error.message + ').', []);
    }
  }

  function on(id, use) {
    const button = byId(id);
    if (button) button.addEventListener('click', use);
  }

  on('udskriv', () => takeAlong((rows) => spejl.print(rows, byId('antal').textContent), 'Listen er klar til udskrift.'));
  on('kopier', () => takeAlong(spejl.copy, 'Listen er kopieret.'));
  on('gem', () => takeAlong(spejl.save, 'Listen er gemt.'));

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    const isWriting = target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (event.key === '/' && !isWriting) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !event.shiftKey) {
      moveFrom(event, event.key === 'ArrowDown' ? 1 : -1);
    }
  });

  // Arrows move between the field and the hits; Enter on a hit is the browser's own.
  function moveFrom(event, step) {
    const links = Array.from(list.querySelectorAll('h3 a'));
    const stops = [input, ...links];
    const place = stops.indexOf(document.activeElement);
    if (place < 0 || (place === 0 && step < 0)) return;
    event.preventDefault();
    if (place + step < stops.length) stops[place + step].focus();
    else if (!more.hidden) more.focus();
  }

  byId('soegning').hidden = false;
  showState();
  run();
}());
