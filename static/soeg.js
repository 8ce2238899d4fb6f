/* The search page: what is typed and chosen, the results, and the address that keeps both. */

/**
 * What the list is of, and how the state was understood.
 * @typedef {{ asked: Understood, found: Found, documents: number[] }} Shown
 */

(function () {
  'use strict';

  const words = tilbudsspejlOrd;
  const index = tilbudsspejlIndeks;
  const filters = tilbudsspejlFiltre;
  const { element, byId } = tilbudsspejl;
  const { count } = filters;
  const FIRST_HITS = 10;
  const MORE_HITS = 50;
  const MOST_SUGGESTIONS = 6;
  const SPOKEN_AFTER = 700; // milliseconds without a key before a screen reader is told
  const NEW_ENTRY_AFTER = 2000; // and before the next key begins a new entry of the browser's history

  const input = byId('q', HTMLInputElement);
  const sort = byId('sorter', HTMLSelectElement);
  const suggested = byId('forslag', HTMLElement);
  const total = byId('antal', HTMLElement);
  const status = byId('status', HTMLElement);
  const list = byId('resultater', HTMLElement);
  const more = byId('flere', HTMLButtonElement);
  const panel = byId('filtre', HTMLFormElement);
  const tools = byId('udtag', HTMLElement);
  const pageTitle = document.title;

  let state = new URLSearchParams(window.location.search); // the query and the filters, as in the address
  let latest = 0; // number of the newest search; what an older one finds is dropped
  /** @type {Shown | null} */
  let shown = null;
  let lastKey = -Infinity;
  let speaking = 0;

  // ---- A hit ----------------------------------------------------------------------------------

  /** @type {(row: ResultRow, reasons: Reason[]) => HTMLElement} */
  function hit(row, reasons) {
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

  /** @type {(reasons: Reason[]) => HTMLElement} */
  function why(reasons) {
    const line = element('p', 'why');
    line.appendChild(element('span', 'vh', 'Fundet i: '));
    reasons.forEach(({ label, pieces }, place) => {
      line.append((place ? ' · ' : '') + label + ': ');
      pieces.forEach(([text, isMarked]) => line.append(element(isMarked ? 'mark' : 'span', '', text)));
    });
    return line;
  }

  /** @type {(found: Found, documents: number[]) => Promise<DocumentFragment>} */
  async function hits(found, documents) {
    const made = await Promise.all(documents.map(async (document_) => {
      const row = await index.rowOf(found.manifest, document_);
      return hit(row, await tilbudsspejlUddrag.reasons(found, document_, row));
    }));
    const fragment = document.createDocumentFragment();
    fragment.append(...made);
    return fragment;
  }

  // ---- What is said ---------------------------------------------------------------------------

  const EXAMPLE = 'Skriv et navn, en kommune, en målgruppe, en paragraf eller et nummer, for eksempel '
    + '»botilbud Silkeborg« eller »§ 107«.';
  const ADVICE = 'Prøv færre eller kortere ord, eller kun begyndelsen af et ord.';

  // Neither a word nor a filter: a sign alone is no word.
  /** @type {(asked: Understood, found: Found) => boolean} */
  function isNothingAsked(asked, found) {
    return !found.columns && !filters.isFiltered(asked.filters);
  }

  /** @type {(query: string, shown: Shown) => string} */
  function summary(query, { asked, found, documents }) {
    if (isNothingAsked(asked, found)) return count(documents.length) + ' tilbud i registret';
    const number = documents.length;
    const about = query ? ' på »' + corrected(query, found) + '«' : '';
    if (!number) return 'Ingen tilbud fundet' + about;
    const isCeased = index.ceased(found.manifest);
    const ended = documents.reduce((sum, document_) => sum + isCeased[document_], 0);
    const offers = count(number) + ' tilbud';
    const gone = ofThemCeased(ended, number);
    if (found.complete) return offers + ' fundet' + about + gone;
    return 'Ingen tilbud indeholder alle ordene. ' + offers + ' har nogle af dem' + gone;
  }

  /** @type {(ended: number, all: number) => string} */
  function ofThemCeased(ended, all) {
    if (!ended) return '';
    const how = ended < all ? count(ended) + ' af dem ' : all === 1 ? '' : 'alle ';
    return ', ' + how + 'ikke længere i drift';
  }

  // Below the number: what was understood otherwise than it was typed, and ways on where there is nothing.
  /** @type {(query: string, shown: Shown) => HTMLElement[]} */
  function advice(query, { asked, found, documents }) {
    /** @type {HTMLElement[]} */
    const lines = filters.unread(state)
      .map((text) => element('p', '', '»' + text + '« er ikke et tal; det filter bruges ikke.'));
    if (isNothingAsked(asked, found)) lines.unshift(element('p', 'soft', EXAMPLE));
    if (asked.age !== null) lines.push(ageRead(query, asked.age, asked.filters));
    if (!documents.length) return query ? lines.concat(wayOn(query, asked, found)) : lines;
    if (found.instead.length) lines.push(meant(query, found));
    if (found.columns && !found.complete) lines.push(...withoutAWord(asked, found.columns, found.words));
    return lines;
  }

  // Where nothing is shown: filters or an age that hide what there is, else what to try.
  /** @type {(query: string, asked: Understood, found: Found) => HTMLElement} */
  function wayOn(query, asked, found) {
    if (!found.documents.length || !filters.isFiltered(asked.filters)) return element('p', 'soft', ADVICE);
    const isChosen = filters.isFiltered(state); // else it is the age that stands in the query
    const line = element('p', '', (isChosen ? 'Filtrene' : 'Alderen') + ' skjuler ' + count(found.documents.length)
      + ' tilbud. ');
    line.appendChild(way(isChosen ? 'Fjern alle filtre' : 'Søg uden alder',
      withQuery(words.withoutAge(query), new URLSearchParams())));
    return line;
  }

  /** @type {(query: string, age: number, asked: URLSearchParams) => HTMLElement} */
  function ageRead(query, age, asked) {
    const isUsed = Number(asked.get('alder')) === age;
    const line = element('p', '', isUsed ? 'Læst som alder: en målgruppe skal omfatte ' + age + ' år. '
      : 'Filteret på alder gælder, ikke søgningens ' + age + ' år. ');
    if (isUsed) line.appendChild(way('Søg uden alder', withQuery(words.withoutAge(query))));
    return line;
  }

  // The query with the words that were searched for in the place of those that no offer has.
  /** @type {(query: string, found: Found, unknown?: Set<string>) => string} */
  function corrected(query, { instead }, unknown = new Set()) {
    const taken = new Map(instead);
    return query.replace(/[\p{L}\p{N}\p{M}\p{Cf}]+/gu, (written) => {
      const form = taken.get(words.fold(written));
      if (form === undefined) return written;
      unknown.add('»' + written + '«');
      return index.written(form);
    });
  }

  /** @type {(query: string, found: Found) => HTMLElement} */
  function meant(query, found) {
    /** @type {Set<string>} */
    const unknown = new Set();
    const q = corrected(query, found, unknown);
    const line = element('p', '', 'Ingen tilbud indeholder ' + Array.from(unknown).join(' eller ')
      + '; der er søgt på ');
    line.append(way('»' + q + '«', withQuery(q)), '.');
    return line;
  }

  // The query without one of its words, where that finds something with all the others.
  /** @type {(asked: Understood, columns: MatchColumns, searched: SearchedWord[]) => HTMLElement[]} */
  function withoutAWord(asked, columns, searched) {
    const all = 2 ** searched.length - 1;
    if (searched.length < 2) return [];
    const forms = searched.map(({ form }) => index.written(form));
    const ways = forms.map((word, place) => {
      const rest = all & ~(1 << place);
      const number = columns.words.reduce((sum, having) => sum + ((having & rest) === rest ? 1 : 0), 0);
      return { word, number, q: forms.filter((_, other) => other !== place).join(' ') };
    }).filter(({ number, q }) => number && words.readQuery(q).age === null); // what is left must still be words
    if (!ways.length) return [];
    const line = element('p', '', 'Udelad et ord: ');
    ways.forEach(({ word, number, q }, place) => {
      line.append(place ? ' · ' : '', way(q, withQuery(q, asked.filters)),
        element('span', '', ' uden ' + word + ' (' + count(number) + ')'));
    });
    return [line];
  }

  /** @type {(q: string, from?: URLSearchParams) => URLSearchParams} */
  function withQuery(q, from = state) {
    const other = new URLSearchParams(from);
    set('q', q, other);
    return other;
  }

  // A link to another state of this page that needs no loading.
  /** @type {(text: string, to: URLSearchParams) => HTMLElement} */
  function way(text, to) {
    const link = element('a', '', text);
    link.href = 'soeg.html?' + to;
    link.addEventListener('click', (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      go(to);
      total.focus(); // the link goes away with what it stands in
    });
    return link;
  }

  /** @type {(text: string, lines: HTMLElement[]) => void} */
  function say(text, lines) {
    total.replaceChildren(element('span', '', text));
    byId('raad', HTMLElement).replaceChildren(...lines);
    window.clearTimeout(speaking);
    const spoken = [text, ...lines.map((line) => line.textContent || '')]
      .map((part) => part.trim().replace(/[^.?]$/, '$&.')).join(' ');
    speaking = window.setTimeout(() => { status.textContent = spoken; }, SPOKEN_AFTER);
  }

  // ---- A search -------------------------------------------------------------------------------

  async function run() {
    const mine = latest += 1;
    const query = (state.get('q') || '').trim();
    const asked = filters.understood(state);
    list.removeAttribute('data-search');
    document.title = query ? query + ' – ' + pageTitle : pageTitle;
    try {
      await showFound(mine, query, asked);
    } catch (error) {
      if (mine === latest) showFailure(error);
    }
    if (mine !== latest) return;
    list.setAttribute('data-search', 'done');
    // The list stands; the filters may come later.
    if (panel.hidden) filters.loadColumns(filters.panelColumns).then(showFilters, () => {});
  }

  // What a search finds, unless a newer one has begun meanwhile.
  /** @type {(mine: number, query: string, asked: Understood) => Promise<void>} */
  async function showFound(mine, query, asked) {
    await filters.loadColumns(filters.columnsOf(asked.filters));
    const found = await index.search(asked.words);
    if (mine !== latest) return;
    const documents = filters.sorted(state, index.order(found, filters.passes(asked.filters)));
    const nothingAsked = isNothingAsked(asked, found);
    const fragment = await hits(found, nothingAsked ? [] : documents.slice(0, FIRST_HITS));
    if (mine !== latest) return;
    shown = { asked, found, documents };
    list.replaceChildren(fragment);
    say(summary(query, shown), advice(query, shown));
    showMore(nothingAsked);
    tools.hidden = nothingAsked || !documents.length;
    if (!panel.hidden) showFilters();
  }

  /** @type {(error: unknown) => void} */
  function showFailure(error) {
    shown = null;
    list.replaceChildren();
    more.hidden = true;
    tools.hidden = true;
    say('Søgningen kunne ikke hente sit register (' + reason(error) + ').',
      [element('p', '', 'Genindlæs siden, eller find tilbuddet gennem forsidens lister.')]);
  }

  /** @type {(error: unknown) => string} */
  function reason(error) {
    return error instanceof Error ? error.message : String(error);
  }

  function showFilters() {
    if (!shown) return;
    if (panel.hidden) {
      filters.makePanel(filtersChanged);
      panel.hidden = false;
    }
    filters.showPanel(state, shown.asked.filters, shown.found.documents);
    showChips();
  }

  function showChips() {
    const chips = filters.chips(state);
    const place = byId('valgte', HTMLElement);
    place.replaceChildren(...chips.map(([said, rest]) => {
      const chip = way('', rest);
      chip.className = 'chip';
      chip.append(element('span', 'vh', 'Fjern filter: '), element('span', '', said + ' '));
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

  /** @type {(nothingAsked: boolean) => void} */
  function showMore(nothingAsked) {
    const rest = shown ? shown.documents.length - list.children.length : 0;
    more.hidden = rest <= 0 || nothingAsked;
    more.textContent = 'Vis flere (' + count(rest) + ' tilbage)';
  }

  more.addEventListener('click', async () => {
    if (!shown) return;
    const from = list.children.length;
    const mine = latest;
    more.disabled = true;
    try {
      const fragment = await hits(shown.found, shown.documents.slice(from, from + MORE_HITS));
      if (mine !== latest || list.children.length !== from) return;
      list.appendChild(fragment);
      list.children[from].querySelector('a')?.focus(); // the button may be gone; the reader goes on with the next hit
      showMore(false);
    } catch (error) {
      say('Flere resultater kunne ikke hentes (' + reason(error) + ').', []);
    } finally {
      more.disabled = false;
    }
  });

  // ---- Suggestions ----------------------------------------------------------------------------

  async function suggest() {
    const mine = latest;
    const typed = /(?<![\p{L}\p{N}-])[\p{L}\p{N}-]+$/u.exec(input.value);
    const forms = typed ? await index.suggestions(words.fold(typed[0]), MOST_SUGGESTIONS).catch(() => []) : [];
    if (mine !== latest) return;
    const before = typed ? input.value.slice(0, typed.index) : '';
    suggested.hidden = !forms.length;
    suggested.replaceChildren(...forms.map((form) => suggestion(index.written(form), before)));
  }

  /** @type {(word: string, before: string) => HTMLElement} */
  function suggestion(word, before) {
    const button = element('button', 'linklike', word);
    button.type = 'button';
    button.addEventListener('click', () => {
      go(withQuery(before + word + ' '));
      input.focus();
    });
    return button;
  }

  // ---- The address ----------------------------------------------------------------------------

  /** @type {(isNewEntry: boolean) => void} */
  function keep(isNewEntry) {
    const asked = state.toString();
    const address = window.location.pathname + (asked ? '?' + asked : '') + window.location.hash;
    if (asked === new URLSearchParams(window.location.search).toString()) return;
    if (isNewEntry) window.history.pushState(null, '', address);
    else window.history.replaceState(null, '', address);
  }

  /** @type {(name: string, value: string, of?: URLSearchParams) => void} */
  function set(name, value, of = state) {
    if (value) of.set(name, value);
    else of.delete(name);
  }

  /** @type {(to: URLSearchParams) => void} */
  function go(to) {
    state = new URLSearchParams(to);
    keep(true);
    showState();
    run();
  }

  function showState() {
    input.value = state.get('q') || '';
    sort.value = state.get('sorter') || '';
    suggested.hidden = true;
    showChips();
  }

  window.addEventListener('popstate', () => {
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && panel.contains(focused)) focused.blur(); // what is typed is out of date
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

  input.form?.addEventListener('submit', (event) => {
    event.preventDefault();
    suggested.hidden = true;
    run();
  });

  sort.addEventListener('change', () => {
    set('sorter', sort.value);
    keep(true);
    run();
  });

  // Not a step back for each letter.
  /** @type {(event: Event) => void} */
  function keepWhileTyping(event) {
    keep(event.timeStamp - lastKey > NEW_ENTRY_AFTER);
    lastKey = event.timeStamp;
  }

  // Of the panel: values were chosen or typed, or without an event only more of them shown.
  /** @type {(event: Event | null) => void} */
  function filtersChanged(event) {
    if (event) {
      filters.readPanel(state);
      const { target } = event;
      if (target instanceof HTMLInputElement && /^(?:text|date)$/.test(target.type)) keepWhileTyping(event);
      else keep(true);
      run();
    } else {
      showFilters();
    }
  }

  /** @type {(use: (rows: string[][]) => void | Promise<void>, done: string) => Promise<void>} */
  async function takeAlong(use, done) {
    if (!shown) return;
    const { found, documents } = shown;
    window.clearTimeout(speaking); // what was found must not be said over what becomes of the list
    status.textContent = 'Listen hentes …';
    try {
      await use(await tilbudsspejlListe.table(found.manifest, documents));
      status.textContent = done;
    } catch (error) {
      say('Listen kunne ikke hentes (' + reason(error) + ').', []);
    }
  }

  /** @type {(id: string, use: () => void) => void} */
  function on(id, use) {
    document.getElementById(id)?.addEventListener('click', use);
  }

  on('udskriv', () => takeAlong((rows) => tilbudsspejlListe.print(rows, total.textContent || ''),
    'Listen er klar til udskrift.'));
  on('kopier', () => takeAlong(tilbudsspejlListe.copy, 'Listen er kopieret.'));
  on('gem', () => takeAlong(tilbudsspejlListe.save, 'Listen er gemt.'));

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/' && !isWriting(event.target)) {
      event.preventDefault();
      input.focus();
      input.select();
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !event.shiftKey) {
      moveFrom(event, event.key === 'ArrowDown' ? 1 : -1);
    }
  });

  /** @type {(target: EventTarget | null) => boolean} */
  function isWriting(target) {
    return target instanceof HTMLElement
      && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  }

  // Arrows move between the field and the hits; Enter on a hit is the browser's own.
  /** @type {(event: KeyboardEvent, step: number) => void} */
  function moveFrom(event, step) {
    const stops = [input, ...tilbudsspejl.all('h3 a', list)];
    const place = stops.findIndex((stop) => stop === document.activeElement);
    if (place < 0 || (place === 0 && step < 0)) return;
    event.preventDefault();
    if (place + step < stops.length) stops[place + step].focus();
    else if (!more.hidden) more.focus();
  }

  byId('soegning', HTMLElement).hidden = false;
  showState();
  run();
}());
