/* Search in the browser, on soeg.html. The index is made by generator/search/shards.py, which explains its files; what a
   query word stands for and how offers are ordered is the same as in generator/search (lexicon.py, whoosh_index.py).
   A classic script: it must work on a page opened as a file, where modules and fetch are blocked. */
(function () {
  'use strict';

  // ---- Shards: a script element each, loaded once --------------------------------------------

  const FOLDER = 'search/';
  const arrived = new Map();
  const loading = new Map();

  // What every file of the index calls.
  function receive(name, data) {
    arrived.set(name, data);
  }
  window.tilbudsspejlSoeg = receive;

  function load(name) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve, reject) => {
        const fail = () => {
          loading.delete(name); // the next query tries again
          reject(new Error(name));
        };
        const script = document.createElement('script');
        script.src = FOLDER + name + '.js';
        script.onload = () => {
          script.remove();
          if (arrived.has(name)) resolve(arrived.get(name));
          else fail();
        };
        script.onerror = () => {
          script.remove();
          fail();
        };
        document.head.appendChild(script);
      }));
    }
    return loading.get(name);
  }

  // ---- Words: the same rules as danish.py, held to it by tests/search/vectors.json ------------

  const WORD = /[\p{L}\p{N}]+/gu;
  const NUMBER_RUN = /(?<![\p{L}\p{N}_])\+?[0-9]+(?:[ .-][0-9]+)*(?![\p{L}\p{N}_])/gu;
  const COUNTRY = /^(?:\+|00)45[^0-9]?/;
  const SERVICE_ACT = /(?<![\p{L}\p{N}_])(?:sel|servicelovens?)[ ,]*(?=(?:§ *)*[0-9])/gu;
  const PHONE_OR_CVR = 8;
  const P_NUMBER = 10;
  const MAX_QUERY_WORDS = 20;

  function fold(text) {
    return text.normalize('NFKD').toLowerCase().replace(/ß/g, 'ss').replace(/a\u030a/g, 'aa')
      .replace(/æ/g, 'ae').replace(/ø/g, 'oe').replace(/[\u0300-\u036f\u00ad]/g, '');
  }

  // A word is {form, parts}; parts are the digit groups of a number that was joined.
  function queryWords(query) {
    const text = fold(query).replace(SERVICE_ACT, '');
    const words = [];
    const plain = (piece) => (piece.match(WORD) || []).forEach((form) => words.push({ form, parts: [] }));
    let position = 0;
    joinedNumbers(text).forEach((joined) => {
      plain(text.slice(position, joined.start));
      words.push({ form: joined.parts.join(''), parts: joined.parts.length > 1 ? joined.parts : [] });
      position = joined.end;
    });
    plain(text.slice(position));
    const first = new Map();
    words.forEach((word) => {
      const key = [word.form].concat(word.parts).join(' ');
      if (!first.has(key)) first.set(key, word);
    });
    return Array.from(first.values()).slice(0, MAX_QUERY_WORDS);
  }

  function joinedNumbers(text) {
    const found = [];
    for (const run of allMatches(NUMBER_RUN, text)) {
      const country = COUNTRY.exec(run[0]);
      const local = country ? run[0].slice(country[0].length).match(/[0-9]+/g) || [] : [];
      if (local.join('').length === PHONE_OR_CVR) {
        found.push({ parts: local, start: run.index, end: run.index + run[0].length });
        continue;
      }
      const digits = allMatches(/[0-9]+/g, run[0]);
      const lengths = digits.map((match) => match[0].length);
      for (let first = 0; first < lengths.length - 1;) {
        const last = endOfNumber(lengths, first);
        if (last) {
          const end = digits[last - 1];
          found.push({
            parts: digits.slice(first, last).map((match) => match[0]),
            start: run.index + digits[first].index,
            end: run.index + end.index + end[0].length,
          });
        }
        first = last || first + 1;
      }
    }
    return found;
  }

  // The whole run of groups if it makes 8 or 10 digits, else the shortest number that begins here; 0 if none does.
  function endOfNumber(lengths, first) {
    const whole = (total) => total === PHONE_OR_CVR || total === P_NUMBER;
    if (first === 0 && whole(lengths.reduce((sum, length) => sum + length, 0))) return lengths.length;
    let total = 0;
    for (let place = first; place < lengths.length; place += 1) {
      total += lengths[place];
      if (place > first && whole(total)) return place + 1;
    }
    return 0;
  }

  function allMatches(pattern, text) {
    const matches = [];
    text.replace(pattern, (...found) => {
      matches.push({ 0: found[0], index: found[found.length - 2] });
      return '';
    });
    return matches;
  }

  receive.fold = fold;
  receive.queryWords = queryWords;

  // ---- Lexicon: what a word stands for ------------------------------------------------------

  // The shards of a list [[first key, name] …] in which keys that begin with the prefix can stand.
  function shardsFor(list, prefix) {
    return list.filter(([first], place) => {
      const next = place + 1 < list.length ? list[place + 1][0] : null;
      const endsBefore = next !== null && next <= prefix;
      const beginsAfter = first > prefix && !first.startsWith(prefix);
      return !endsBefore && !beginsAfter;
    }).map(([, name]) => name);
  }

  // The entries that begin with the prefix, in the order of the lexicon.
  async function entriesFrom(manifest, prefix) {
    const flats = await Promise.all(shardsFor(manifest.lexicon, prefix).map(load));
    const entries = [];
    flats.forEach((flat) => {
      for (let place = 0; place < flat.length; place += 3) {
        const form = flat[place];
        if (form.startsWith(prefix)) {
          entries.push({ form, offers: flat[place + 1], groups: (flat[place + 2] || form).split(' ') });
        }
      }
    });
    return entries;
  }

  async function find(manifest, form) {
    const list = manifest.lexicon;
    let place = list.length - 1;
    while (place > 0 && list[place][0] > form) place -= 1;
    if (place < 0) return null;
    const flat = await load(list[place][1]);
    for (let at = 0; at < flat.length; at += 3) {
      if (flat[at] === form) return { form, groups: (flat[at + 2] || form).split(' ') };
    }
    return null;
  }

  // For each word the groups that it stands for, with the worth of a match; the last word may be unfinished.
  async function resolve(manifest, words) {
    const telling = words.filter((word) => !manifest.smallWords.includes(word.form));
    const pieces = await Promise.all((telling.length ? telling : words).map(async (word) => (
      // Taken apart again if no offer has the number: "2019 2020" can be two years.
      !word.parts.length || await find(manifest, word.form) ? [word.form] : word.parts
    )));
    const forms = Array.from(new Set([].concat(...pieces)));
    return Promise.all(forms.map((form, place) => meantBy(manifest, form, place === forms.length - 1)));
  }

  async function meantBy(manifest, form, last) {
    const entry = await find(manifest, form);
    const exact = entry ? entry.groups : [];
    const meant = exact.map((group) => ({ group, factor: 1 }));
    // A whole number is what was asked for, not the beginning of a longer one.
    const unfinished = !exact.length || (last && !/^\p{N}+$/u.test(form));
    if (!unfinished || Array.from(form).length < manifest.shortestPrefix) return meant;
    const longer = (await entriesFrom(manifest, form)).filter((other) => other.form !== form);
    longer.sort((a, b) => b.offers - a.offers);
    const others = new Set([].concat(...longer.map((other) => other.groups)));
    exact.forEach((group) => others.delete(group));
    return meant.concat(Array.from(others).slice(0, manifest.prefixGroups)
      .map((group) => ({ group, factor: manifest.prefixFactor })));
  }

  // ---- Ranking ------------------------------------------------------------------------------

  async function postingsOf(manifest, group) {
    const list = manifest.postings;
    let place = list.length - 1;
    while (place > 0 && list[place][0] > group) place -= 1;
    if (place < 0) return [];
    const shard = await load(list[place][1]);
    return Object.prototype.hasOwnProperty.call(shard, group) ? shard[group] : [];
  }

  // Steps to [document, times …]; see shards.py.
  function readSteps(steps) {
    const read = [];
    let document = -1;
    steps.forEach((step) => {
      if (step > 0) {
        document += step;
        read.push(document, 1);
      } else {
        read[read.length - 1] = -step;
      }
    });
    return read;
  }

  async function addField(manifest, number, postings, worth, bit, matches) {
    const field = manifest.fields[number];
    const lengths = await bytesOf(field.lengths);
    const idf = Math.log(manifest.documents / (postings.length / 2 + 1)) + 1;
    const average = field.average || 1;
    for (let place = 0; place < postings.length; place += 2) {
      const document = postings[place];
      const times = postings[place + 1];
      const length = manifest.lengthOfByte[lengths.charCodeAt(document)];
      const share = (1 - manifest.b) + manifest.b * length / average;
      let match = matches.get(document);
      if (!match) {
        match = { document, score: 0, words: 0, fields: 0 };
        matches.set(document, match);
      }
      match.score += worth * (idf * ((times * (manifest.k1 + 1)) / (times + manifest.k1 * share)));
      match.words |= bit;
      match.fields |= 1 << number;
    }
  }

  const decoded = new Map();
  async function bytesOf(name) {
    if (!decoded.has(name)) decoded.set(name, window.atob(await load(name)));
    return decoded.get(name);
  }

  // The matches in order: those with all words, or if there are none, those with some.
  async function rank(manifest, meant) {
    const matches = new Map();
    const groups = [].concat(...meant);
    const loaded = await Promise.all(groups.map(({ group }) => postingsOf(manifest, group)));
    const postings = new Map(groups.map(({ group }, place) => [group, loaded[place]]));
    // One after the other: the sum of a score depends in its last bits on the order.
    for (let place = 0; place < meant.length; place += 1) {
      for (const { group, factor } of meant[place]) {
        const fields = postings.get(group);
        for (let at = 0; at < fields.length; at += 2) {
          const worth = manifest.fields[fields[at]].weight * factor;
          await addField(manifest, fields[at], readSteps(fields[at + 1]), worth, 1 << place, matches);
        }
      }
    }
    return order(manifest, Array.from(matches.values()), meant.length);
  }

  function order(manifest, found, words) {
    const all = 2 ** words - 1;
    const complete = found.filter((match) => match.words === all);
    const ceased = ceasedOf(manifest);
    const chosen = complete.length ? complete : found;
    chosen.forEach((match) => {
      match.many = bits(match.words);
      match.ceased = ceased.has(match.document);
      match.rounded = Math.floor(match.score * manifest.scoreSteps + 0.5);
    });
    chosen.sort((a, b) => b.many - a.many || b.rounded - a.rounded || a.ceased - b.ceased || a.document - b.document);
    return { matches: chosen, complete: complete.length > 0 };
  }

  let ceasedDocuments = null;
  function ceasedOf(manifest) {
    if (!ceasedDocuments) {
      ceasedDocuments = new Set(readSteps(manifest.ceased).filter((_, place) => place % 2 === 0));
    }
    return ceasedDocuments;
  }

  function bits(number) {
    let count = 0;
    for (let rest = number; rest; rest &= rest - 1) count += 1;
    return count;
  }

  async function search(query) {
    const words = queryWords(query);
    if (!words.length) return { matches: [], complete: true };
    const manifest = await load('manifest');
    return rank(manifest, await resolve(manifest, words));
  }

  async function rowOf(manifest, document) {
    const rows = await load(manifest.rows[Math.floor(document / manifest.rowsInShard)]);
    const [id, name, address, status, style, facts, former] = rows[document % manifest.rowsInShard];
    return { id, name, address, status, style, facts, former };
  }

  receive.search = search;

  // ---- The page -----------------------------------------------------------------------------

  const HITS_AT_A_TIME = 50;
  const PAUSE = 120; // milliseconds without a key before a search begins
  const list = document.getElementById('resultater');
  if (!list) return;
  const input = document.getElementById('q');
  const said = document.getElementById('antal');
  const hint = document.getElementById('raad');
  const more = document.getElementById('flere');
  const title = document.title;
  let latest = 0; // number of the newest search; what an older one finds is dropped
  let timer = 0;
  let shown = { matches: [] };

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function count(number) {
    return String(number).replace(/\B(?=(\d{3})+$)/g, '.');
  }

  function hit(manifest, row, match) {
    const item = element('li', 'hit');
    item.dataset.tilbudsid = row.id;
    const heading = element('h3');
    const link = element('a', '', row.name);
    link.href = row.address;
    heading.appendChild(link);
    item.appendChild(heading);
    const facts = element('p');
    facts.appendChild(element('span', row.style ? 'st st-' + row.style : 'st', row.status));
    row.facts.forEach((fact) => facts.appendChild(document.createTextNode(' · ' + fact)));
    item.appendChild(facts);
    if (row.former.length) item.appendChild(element('p', '', 'hed tidligere ' + row.former.join(', ')));
    const why = element('p', 'why');
    why.appendChild(element('span', '', 'Fundet i: '));
    const labels = manifest.fields.filter((_, number) => match.fields & (1 << number)).map((field) => field.label);
    why.appendChild(document.createTextNode(labels.join(', ')));
    item.appendChild(why);
    return item;
  }

  async function hits(from) {
    const manifest = await load('manifest');
    const part = shown.matches.slice(from, from + HITS_AT_A_TIME);
    const rows = await Promise.all(part.map((match) => rowOf(manifest, match.document)));
    const fragment = document.createDocumentFragment();
    rows.forEach((row, place) => fragment.appendChild(hit(manifest, row, part[place])));
    return fragment;
  }

  function summary(query, found) {
    const { length } = found.matches;
    if (!length) return 'Ingen tilbud fundet på »' + query + '«';
    const offers = count(length) + ' tilbud';
    const ceased = ofThemCeased(found.matches.filter((match) => match.ceased).length, length);
    if (found.complete) return offers + ' fundet på »' + query + '«' + ceased;
    return 'Ingen tilbud indeholder alle ordene i »' + query + '«. ' + offers + ' indeholder nogle af dem' + ceased;
  }

  function ofThemCeased(ceased, all) {
    if (!ceased) return '';
    if (ceased === all) return all === 1 ? ', ophørt' : ', alle ophørte';
    return ', ' + count(ceased) + ' af dem ' + (ceased === 1 ? 'ophørt' : 'ophørte');
  }

  function say(text, advice) {
    said.textContent = text;
    hint.textContent = advice;
    hint.hidden = !advice;
  }

  function replaceHits(fragment) {
    list.textContent = '';
    list.appendChild(fragment);
    showMore();
  }

  function showMore() {
    const rest = shown.matches.length - list.children.length;
    more.hidden = rest <= 0;
    more.textContent = 'Vis flere (' + count(rest) + ' tilbage)';
  }

  const ADVICE_EMPTY = 'Skriv et navn, en kommune, en målgruppe, en paragraf eller et nummer, '
    + 'for eksempel »botilbud Silkeborg« eller »§ 107«.';
  const ADVICE_NONE = 'Prøv færre eller kortere ord, eller kun begyndelsen af et ord. '
    + 'Aabenraa og Åbenrå er samme ord, og § kan udelades.';
  const ADVICE_FAILED = 'Genindlæs siden, eller find tilbuddet gennem forsidens lister.';

  async function run() {
    const query = input.value.trim();
    const mine = latest += 1;
    list.removeAttribute('data-search');
    remember(query);
    try {
      const found = await search(query);
      if (mine !== latest) return;
      const before = shown;
      shown = found;
      const fragment = found.matches.length ? await hits(0) : document.createDocumentFragment();
      if (mine !== latest) {
        shown = before;
        return;
      }
      replaceHits(fragment);
      if (query) say(summary(query, found), found.matches.length ? '' : ADVICE_NONE);
      else say('', ADVICE_EMPTY);
    } catch (error) {
      if (mine !== latest) return;
      shown = { matches: [] };
      replaceHits(document.createDocumentFragment());
      say('Søgningen kunne ikke hente sit register (' + error.message + ').', ADVICE_FAILED);
    }
    list.setAttribute('data-search', 'done');
  }

  // The address follows the query, so that it can be kept and sent.
  function remember(query) {
    document.title = query ? query + ' – ' + title : title;
    const parameters = new URLSearchParams(window.location.search);
    if (query === (parameters.get('q') || '').trim()) return;
    if (query) parameters.set('q', query);
    else parameters.delete('q');
    const asked = parameters.toString();
    window.history.replaceState(null, '', window.location.pathname + (asked ? '?' + asked : '') + window.location.hash);
  }

  input.addEventListener('input', () => {
    list.removeAttribute('data-search');
    latest += 1; // what is still on its way is out of date
    window.clearTimeout(timer);
    timer = window.setTimeout(run, PAUSE);
  });

  input.form.addEventListener('submit', (event) => {
    event.preventDefault();
    window.clearTimeout(timer);
    run();
  });

  more.addEventListener('click', async () => {
    const from = list.children.length;
    const mine = latest;
    more.disabled = true;
    try {
      const fragment = await hits(from);
      if (mine !== latest || list.children.length !== from) return;
      list.appendChild(fragment);
      list.children[from].querySelector('a').focus(); // the button may be gone; the reader goes on with the next hit
      showMore();
    } catch (error) {
      say('Flere resultater kunne ikke hentes (' + error.message + ').', ADVICE_FAILED);
    } finally {
      more.disabled = false;
    }
  });

  document.addEventListener('keydown', (event) => {
    const { target } = event;
    const writing = target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (event.key !== '/' || writing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    input.focus();
    input.select();
  });

  input.form.hidden = false;
  input.value = new URLSearchParams(window.location.search).get('q') || '';
  run();
}());
