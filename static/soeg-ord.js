/* Words as the search sees them: the same rules as generator/search/analysis/danish.py, held to it by
   tests/search/vectors.json. A classic script: it must work on a page opened as a file, where modules are blocked. */

/**
 * A folded word, with the digit groups of a number that was joined; a query's words with the age that it names, in
 * years; what stands somewhere in a text or a list, its end excluded.
 * @typedef {{ form: string, parts: string[] }} QueryWord
 * @typedef {{ words: QueryWord[], age: number | null }} Query
 * @typedef {{ start: number, end: number }} Stretch
 */

const tilbudsspejlOrd = (function () {
  'use strict';

  const WORD = /[\p{L}\p{N}]+/gu;
  const NUMBER_RUN = /(?<![\p{L}\p{N}_])\+?[0-9]+(?:[ .-][0-9]+)*(?![\p{L}\p{N}_])/gu;
  const COUNTRY = /^(?:\+|00)45[^0-9]?/;
  const PARAGRAPH = new RegExp(
    '(?<![\\p{L}\\p{N}_])'
    + '(?:(?<law>sel|bl|abl|sul|servicelovens?|barnets lovs?|almenboliglovens?|sundhedslovens?)[ ,]*)?'
    + '(?<sign>(?:§|paragraf)[ §]{0,5})?(?<number>[0-9]+(?:[a-h]| [a-h](?![\\p{L}\\p{N}_.]))?)(?![\\p{L}\\p{N}_])'
    + '(?:[ ,]*stk\\.? ?(?<stk>[0-9]+)(?![\\p{L}\\p{N}_]))?(?:[ ,]*nr\\.? ?(?<nr>[0-9]+)(?![\\p{L}\\p{N}_]))?', 'gu');
  /** @type {Record<string, string>} */
  const LAWS = { bl: 'bl', abl: 'abl', sul: 'sul', barnets: 'bl', almenbo: 'abl', sundhed: 'sul' };
  const AGE = /^([0-9]{1,3})(aar(?:ig[et]?)?)?$/;
  const YEARS = /^aar(?:ig[et]?)?$/;
  const BOUNDS = /^(?:over|under|mindst|hoejst|end)$/;
  const BETWEEN = /^(?:til|og|eller)$/;
  const OLDEST_ASKED = 120;
  const PHONE_OR_CVR = 8;
  const P_NUMBER = 10;
  const MAX_QUERY_WORDS = 20;

  /** @type {(text: string) => string} */
  function fold(text) {
    return text.normalize('NFKD').toLowerCase().replace(/ß/g, 'ss').replace(/a\u030a/g, 'aa')
      .replace(/æ/g, 'ae').replace(/ø/g, 'oe').replace(/[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]/g, '');
  }

  // A folded word as it may be written; names in ae, oe and aa become more Danish than they were.
  /** @type {(form: string) => string} */
  function unfold(form) {
    return form.replace(/aa/g, 'å').replace(/ae/g, 'æ').replace(/oe/g, 'ø');
  }

  /** @type {(query: string) => Query} */
  function readQuery(query) {
    let words = wordsOf(query);
    const ages = agesIn(words);
    const named = new Set(ages.map(({ age }) => age));
    const age = named.size === 1 ? ages[0].age : null; // of two, or one and a bound, none is meant alone
    if (age !== null) {
      const taken = placesOf(ages);
      words = words.filter((_, place) => !taken.has(place));
    }
    /** @type {Map<string, QueryWord>} */
    const first = new Map();
    words.forEach((word) => {
      const key = [word.form].concat(word.parts).join(' ');
      if (!first.has(key)) first.set(key, word);
    });
    return { words: Array.from(first.values()).slice(0, MAX_QUERY_WORDS), age };
  }

  /** @type {(stretches: Stretch[]) => Set<number>} */
  function placesOf(stretches) {
    /** @type {Set<number>} */
    const places = new Set();
    stretches.forEach(({ start, end }) => { for (let place = start; place < end; place += 1) places.add(place); });
    return places;
  }

  // The ages that are named; one that is a bound of a range is null.
  /** @type {(words: QueryWord[]) => (Stretch & { age: number | null })[]} */
  function agesIn(words) {
    return words.flatMap(({ form }, start) => {
      const match = AGE.exec(form);
      const isFollowed = start + 1 < words.length && YEARS.test(words[start + 1].form);
      if (!match || Number(match[1]) > OLDEST_ASKED || !(match[2] || isFollowed)) return [];
      const age = Number(match[1]);
      const before = words.slice(Math.max(0, start - 2), start).map((word) => word.form);
      return { start, end: start + (match[2] ? 1 : 2), age: isBounded(age, before) ? null : age };
    });
  }

  // Whether the two words before an age make it the end of a range, or a bound.
  /** @type {(age: number, before: string[]) => boolean} */
  function isBounded(age, before) {
    const last = before.length ? before[before.length - 1] : '';
    const number = before.length > 1 && BETWEEN.test(last) ? before[0] : last;
    const isRange = /^[0-9]+$/.test(number) && Number(number) <= age;
    return isRange || before.join(' ') === 'op til' || BOUNDS.test(last);
  }

  // A query as it was typed, without the age that it names.
  /** @type {(query: string) => string} */
  function withoutAge(query) {
    const { age } = readQuery(query);
    if (age === null) return query;
    return query.replace(/(?<![0-9])([0-9]+)[^\p{L}\p{N}]*(\p{L}[\p{L}\p{M}]*)/gu,
      (all, number, word) => (Number(number) === age && YEARS.test(fold(word)) ? '' : all))
      .replace(/\s+/g, ' ').trim();
  }

  /** @type {(query: string) => QueryWord[]} */
  function wordsOf(query) {
    const text = fold(query).replace('(+45)', '+45');
    /** @type {QueryWord[]} */
    const words = [];
    /** @type {(piece: string) => void} */
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
  /** @type {(text: string) => (QueryWord & Stretch)[]} */
  function special(text) {
    const found = paragraphs(text);
    const taken = placesOf(found);
    return found.concat(joinedNumbers(text).filter(({ start }) => !taken.has(start)))
      .sort((a, b) => a.start - b.start);
  }

  /** @type {(text: string) => (QueryWord & Stretch)[]} */
  function paragraphs(text) {
    const found = [];
    for (const match of text.matchAll(PARAGRAPH)) {
      const { law = '', sign, number = '', stk, nr } = match.groups || {};
      if (law || sign || stk || nr) {
        const form = shortLaw(law) + '§' + number.replace(' ', '') + (nr ? 'nr' + nr : '');
        found.push({ form, parts: [], start: match.index, end: match.index + match[0].length });
      }
    }
    return found;
  }

  // Serviceloven, which is the one that goes without saying, has no name in a form.
  /** @type {(law: string) => string} */
  function shortLaw(law) {
    return LAWS[law] || LAWS[law.slice(0, 7)] || '';
  }

  // What a paragraph that no offer has can stand for: "bl§43nr6", "§43nr6", "§43", "43".
  /** @type {(form: string) => string} */
  function simplerParagraph(form) {
    if (form[0] !== '§') return form.slice(form.indexOf('§'));
    return form.includes('nr') ? form.slice(0, form.indexOf('nr')) : form.slice(1);
  }

  /** @type {(text: string) => (QueryWord & Stretch)[]} */
  function joinedNumbers(text) {
    /** @type {(QueryWord & Stretch)[]} */
    const found = [];
    /** @type {(parts: string[], start: number, end: number) => void} */
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
  /** @type {(lengths: number[], first: number) => number} */
  function endOfNumber(lengths, first) {
    /** @type {(total: number) => boolean} */
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

  return { fold, unfold, readQuery, withoutAge, simplerParagraph };
}());
