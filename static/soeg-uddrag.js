/* Why an offer was found: the fields with the words in them, these marked. Marking is for the eye; what is found and in
   which order is decided in soeg-indeks.js. */
(function () {
  'use strict';

  const spejl = window.tilbudsspejlSoeg;
  const { fold } = spejl;
  const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}\u0300-\u036f\u00ad\u200b-\u200d\u2060]*/gu;
  const HYPHENED = /(?<![\p{L}\u0300-\u036f\u00ad])\p{L}[\p{L}\u0300-\u036f\u00ad]*(?:-\p{L}[\p{L}\u0300-\u036f\u00ad]*)+/gu;
  const LONGEST_PIECE = 170; // characters of a long text that a result shows
  const MOST_FIELDS = 4;
  const MOST_MARKS = 200; // of a text, among which the stretch with most words is looked for
  const BEGUN = 3;

  // What to look for in a text: whole forms, beginnings, and pieces of compounds.
  function finderOf(word) {
    const finder = { forms: new Set(), numbers: new Set(), begins: '', pieces: new Set() };
    word.meant.forEach(({ group, form, kind, lists }) => {
      if (kind === BEGUN) {
        finder.begins = word.form;
        if (form === word.form) finder.forms.add(form); // a house number that is a paragraph's as well
        if (form === null && lists) finder.pieces.add(word.form);
      } else if (form === null) {
        if (lists) finder.pieces.add(group);
      } else {
        finder.forms.add(form);
        if (form.includes('§')) finder.numbers.add(form.slice(form.indexOf('§') + 1).replace(/nr.*/, ''));
      }
    });
    if (finder.pieces.size) finder.forms.forEach((form) => finder.pieces.add(form));
    finder.pieces = Array.from(finder.pieces).sort((a, b) => b.length - a.length);
    return finder;
  }

  // How many letters of a written word make so many letters of the folded one.
  function written(token, folded) {
    let [less, enough] = [0, token.length];
    while (less < enough) {
      const middle = (less + enough) >> 1;
      if (fold(token.slice(0, middle)).length < folded) less = middle + 1;
      else enough = middle;
    }
    return enough;
  }

  // {start, end} of what a finder finds in a word, or null.
  function foundIn(finder, token, folded, afterSign) {
    if (finder.forms.has(folded) || (afterSign && finder.numbers.has(folded))) return { start: 0, end: token.length };
    if (finder.begins && folded.startsWith(finder.begins)) return { start: 0, end: written(token, finder.begins.length) };
    for (const piece of finder.pieces) {
      const at = piece.length < folded.length ? folded.indexOf(piece) : -1;
      if (at >= 0) return { start: written(token, at), end: written(token, at + piece.length) };
    }
    return null;
  }

  // [{start, end, word}, …] in order, without overlaps.
  function marksIn(text, finders) {
    const marks = [];
    const look = (token, start, folded) => {
      const afterSign = /§[\s\u00a0]*$/.test(text.slice(Math.max(0, start - 3), start));
      finders.forEach((finder, word) => {
        const found = foundIn(finder, token, folded, afterSign);
        if (found) marks.push({ start: start + found.start, end: start + found.end, word });
      });
    };
    for (const match of text.matchAll(TOKEN)) look(match[0], match.index, fold(match[0]));
    for (const match of text.matchAll(HYPHENED)) look(match[0], match.index, fold(match[0]).replace(/-/g, ''));
    marks.sort((a, b) => a.start - b.start || b.end - a.end);
    return marks;
  }

  // The text as [piece, is marked] pairs.
  function marked(text, marks) {
    const pieces = [];
    let position = 0;
    marks.forEach(({ start, end }) => {
      if (start < position) return;
      if (start > position) pieces.push([text.slice(position, start), false]);
      pieces.push([text.slice(start, end), true]);
      position = end;
    });
    if (position < text.length) pieces.push([text.slice(position), false]);
    return pieces;
  }

  // The stretch of a long text that shows most words, cut between words.
  function stretch(text, all) {
    const marks = all.slice(0, MOST_MARKS);
    if (text.length <= LONGEST_PIECE) return { text, marks };
    let best = { start: 0, words: 0 };
    marks.forEach(({ start }) => {
      const words = new Set(marks.filter((mark) => mark.start >= start && mark.end <= start + LONGEST_PIECE)
        .map((mark) => mark.word)).size;
      if (words > best.words) best = { start, words };
    });
    const last = marks.filter((mark) => mark.start >= best.start && mark.end <= best.start + LONGEST_PIECE).pop();
    if (!last) return { text: text.slice(0, LONGEST_PIECE) + ' …', marks: [] }; // the word alone is longer than that
    const spare = Math.max(0, LONGEST_PIECE - (last.end - best.start)) / 2;
    let from = Math.max(0, Math.floor(best.start - spare));
    let to = Math.min(text.length, from + LONGEST_PIECE);
    if (from > 0) from = Math.min(best.start, text.indexOf(' ', from) + 1 || best.start);
    if (to < text.length) to = Math.max(last.end, text.lastIndexOf(' ', to));
    const inside = marks.filter((mark) => mark.start >= from && mark.end <= to)
      .map((mark) => ({ ...mark, start: mark.start - from + (from > 0 ? 2 : 0), end: mark.end - from + (from > 0 ? 2 : 0) }));
    const cut = (from > 0 ? '… ' : '') + text.slice(from, to).replace(/\s/g, ' ') + (to < text.length ? ' …' : '');
    return { text: cut, marks: inside };
  }

  // For one offer: [{label, pieces}, …], the weightiest field first, until every word has been shown.
  async function reasons(found, document, row) {
    const { manifest, columns } = found;
    if (!columns) return [];
    const finders = found.words.map(finderOf);
    const missing = new Set(finders.keys());
    const long = new Set(manifest.longFields);
    const fields = manifest.fields.map((_, field) => field).filter((field) => columns.fields[document] & (1 << field));
    fields.sort((a, b) => manifest.weights[b] - manifest.weights[a]);
    const shown = [];
    let texts = row.short;
    for (const field of fields) {
      if (!missing.size || shown.length === MOST_FIELDS) break;
      if (long.has(field) && texts === row.short) {
        texts = texts.concat(await spejl.textsOf(manifest, document, row)); // only if the short ones don't tell
      }
      const [, ...written] = texts.find(([number]) => number === field) || [field];
      const best = bestText(written, finders, missing);
      if (best) {
        best.marks.forEach(({ word }) => missing.delete(word));
        const piece = stretch(best.text, best.marks);
        shown.push({ label: manifest.fields[field], pieces: marked(piece.text, piece.marks) });
      }
    }
    return shown;
  }

  // Of a field's texts the one that shows most of the words that are still missing.
  function bestText(texts, finders, missing) {
    let best = null;
    let most = 0;
    texts.forEach((text) => {
      const marks = marksIn(text, finders);
      const words = new Set(marks.map(({ word }) => word).filter((word) => missing.has(word))).size;
      if (words > most) {
        most = words;
        best = { text, marks };
      }
    });
    return best;
  }

  Object.assign(spejl, { reasons });
}());
