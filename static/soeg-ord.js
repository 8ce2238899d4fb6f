/* Words as the search sees them: the same rules as generator/search/analysis/danish.py, held to it by tests/search/vectors.json.
   A classic script: it must work on a page opened as a file, where modules are blocked. */
(function () {
  'use strict';

  const WORD = /[\p{L}\p{N}]+/gu;
  const NUMBER_RUN = /(?<![\p{L}\p{N}_])\+?[0-9]+(?:[ .-][0-9]+)*(?![\p{L}\p{N}_])/gu;
  const COUNTRY = /^(?:\+|00)45[^0-9]?/;
  const PARAGRAPH = new RegExp(
    '(?<![\\p{L}\\p{N}_])(?:(?<law>sel|bl|abl|sul|servicelovens?|barnets lovs?|almenboliglovens?|sundhedslovens?)[ ,]*)?'
    + '(?<sign>(?:§|paragraf)[ §]{0,5})?(?<number>[0-9]+(?:[a-h]| [a-h](?![\\p{L}\\p{N}_.]))?)(?![\\p{L}\\p{N}_])'
    + '(?:[ ,]*stk\\.? ?(?<stk>[0-9]+)(?![\\p{L}\\p{N}_]))?(?:[ ,]*nr\\.? ?(?<nr>[0-9]+)(?![\\p{L}\\p{N}_]))?', 'gu');
  const LAWS = { bl: 'bl', abl: 'abl', sul: 'sul', barnets: 'bl', almenbo: 'abl', sundhed: 'sul' };
  const AGE = /^([0-9]{1,3})(aar(?:ig[et]?)?)?$/;
  const YEARS = /^aar(?:ig[et]?)?$/;
  const BOUNDS = /^(?:over|under|mindst|hoejst|end)$/;
  const BETWEEN = /^(?:til|og|eller)$/;
  const OLDEST_ASKED = 120;
  const PHONE_OR_CVR = 8;
  const P_NUMBER = 10;
  const MAX_QUERY_WORDS = 20;

  function fold(text) {
    return text.normalize('NFKD').toLowerCase().replace(/ß/g, 'ss').replace(/a\u030a/g, 'aa')
      .replace(/æ/g, 'ae').replace(/ø/g, 'oe').replace(/[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]/g, '');
  }

  // A folded word as it may be written; names in ae, oe and aa become more Danish than they were.
  function unfold(form) {
    return form.replace(/aa/g, 'å').replace(/ae/g, 'æ').replace(/oe/g, 'ø');
  }

  // {words, age}: a word is {form, parts}, parts the digit groups of a number that was joined; an age is in years or null.
  function readQuery(query) {
    let words = wordsOf(query);
    const ages = agesIn(words);
    const named = new Set(ages.map(({ age }) => age));
    const age = named.size === 1 ? ages[0].age : null; // of two, or one and a bound, none is meant alone
    if (age !== null) {
      const taken = placesOf(ages);
      words = words.filter((_, place) => !taken.has(place));
    }
    const first = new Map();
    words.forEach((word) => {
      const key = [word.form].concat(word.parts).join(' ');
      if (!first.has(key)) first.set(key, word);
    });
    return { words: Array.from(first.values()).slice(0, MAX_QUERY_WORDS), age };
  }

  function placesOf(stretches) {
    const places = new Set();
    stretches.forEach(({ start, end }) => { for (let place = start; place < end; place += 1) places.add(place); });
    return places;
  }

  function agesIn(words) {
    const found = [];
    words.forEach(({ form }, start) => {
      const match = AGE.exec(form);
      if (!match || Number(match[1]) > OLDEST_ASKED) return;
      if (!match[2] && !(start + 1 < words.length && YEARS.test(words[start + 1].form))) return;
      const before = words.slice(Math.max(0, start - 2), start).map((word) => word.form);
      const last = before.length ? before[before.length - 1] : '';
      const number = before.length > 1 && BETWEEN.test(last) ? before[0] : last;
      const isRange = /^[0-9]+$/.test(number) && Number(number) <= Number(match[1]);
      const isBound = before.join(' ') === 'op til' || BOUNDS.test(last);
      found.push({ start, end: start + (match[2] ? 1 : 2), age: isRange || isBound ? null : Number(match[1]) });
    });
    return found;
  }

  // A query as it was typed, without the age that it names.
  function withoutAge(query) {
    const { age } = readQuery(query);
    if (age === null) return query;
    return query.replace(/(?<![0-9])([0-9]+)[^\p{L}\p{N}]*(\p{L}[\p{L}\p{M}]*)/gu,
      (all, number, word) => (Number(number) === age && YEARS.test(fold(word)) ? '' : all))
      .replace(/\s+/g, ' ').trim();
  }

  function wordsOf(query) {
    const text = fold(query).replace('(+45)', '+45');
    const words = [];
    const plain = (piece) => (piece.match(WORD) || []).forEach((form) => words.push({ form, parts: [] }));
    let position = 0;
    special(text).forEach((found) => {
      plain(text.slice(position, found.start));
      words.push({ form: found.form, parts: found.parts });
      position = found.end;
    });
    plain(text.slice(position));
    return words;
  }

  // The paragraphs and joined numbers of a folded query, in reading order; a paragraph's digits are its own.
  function special(text) {
    const found = paragraphs(text);
    const taken = placesOf(found);
    return found.concat(joinedNumbers(text).filter(({ start }) => !taken.has(start)))
      .sort((a, b) => a.start - b.start);
  }

  function paragraphs(text) {
    const found = [];
    for (const match of text.matchAll(PARAGRAPH)) {
      const { law, sign, number, stk, nr } = match.groups;
      if (law || sign || stk || nr) {
        const name = (law && (LAWS[law] || LAWS[law.slice(0, 7)])) || '';
        const form = name + '§' + number.replace(' ', '') + (nr ? 'nr' + nr : '');
        found.push({ form, parts: [], start: match.index, end: match.index + match[0].length });
      }
    }
    return found;
  }

  // What a paragraph that no offer has can stand for: "bl§43nr6", "§43nr6", "§43", "43".
  function simplerParagraph(form) {
    if (form[0] !== '§') return form.slice(form.indexOf('§'));
    return form.includes('nr') ? form.slice(0, form.indexOf('nr')) : form.slice(1);
  }

  function joinedNumbers(text) {
    const found = [];
    const add = (parts, start, end) => {
      found.push({ form: parts.join(''), parts: parts.length > 1 ? parts : [], start, end });
    };
    for (const run of text.matchAll(NUMBER_RUN)) {
      const country = COUNTRY.exec(run[0]);
      const local = country ? run[0].slice(country[0].length).match(/[0-9]+/g) || [] : [];
      if (local.join('').length === PHONE_OR_CVR) {
        add(local, run.index, run.index + run[0].length);
        continue;
      }
      const digits = Array.from(run[0].matchAll(/[0-9]+/g));
      const lengths = digits.map((match) => match[0].length);
      for (let first = 0; first < lengths.length - 1;) {
        const last = endOfNumber(lengths, first);
        if (last) {
          const end = digits[last - 1];
          add(digits.slice(first, last).map((match) => match[0]), run.index + digits[first].index,
            run.index + end.index + end[0].length);
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
      if (total > P_NUMBER) break;
      if (place > first && whole(total)) return place + 1;
    }
    return 0;
  }

  // What every file of the index calls; the parts of the search are kept on it.
  const arrived = new Map();
  const spejl = (name, data) => arrived.set(name, data);
  window.tilbudsspejlSoeg = Object.assign(spejl, { arrived, fold, unfold, readQuery, withoutAge, simplerParagraph });
}());
