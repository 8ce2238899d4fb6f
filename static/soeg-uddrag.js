/* Why an offer was found: the fields with the words in them, these marked. Marking is for the eye; what is found and in
   which order is decided in soeg-indeks.js. */

/**
 * What to look for in a text: whole forms, paragraphs' numbers, a beginning, and pieces of compounds, longest first.
 * @typedef {{ forms: Set<string>, numbers: Set<string>, begins: string, pieces: string[] }} Finder
 *
 * What is to be marked, and the number of the word that it shows; a text with its marks; a text as it is marked.
 * @typedef {Stretch & { word: number }} Mark
 * @typedef {{ text: string, marks: Mark[] }} MarkedText
 * @typedef {[text: string, isMarked: boolean]} Piece
 * @typedef {{ label: string, pieces: Piece[] }} Reason
 */

const tilbudsspejlUddrag = (function () {
  'use strict';

  const { fold } = tilbudsspejlOrd;
  const { BEGUN } = tilbudsspejlIndeks;
  const TOKEN = /[\p{L}\p{N}][\p{L}\p{N}\u0300-\u036f\u00ad\u200b-\u200d\u2060]*/gu;
  const LETTER = '\\p{L}[\\p{L}\\u0300-\\u036f\\u00ad]*';
  const HYPHENED = new RegExp('(?<![\\p{L}\\u0300-\\u036f\\u00ad])' + LETTER + '(?:-' + LETTER + ')+', 'gu');
  const LONGEST_PIECE = 170; // characters of a long text that a result shows
  const MOST_FIELDS = 4;
  const MOST_MARKS = 200; // of a text, among which the stretch with most words is looked for

  /** @type {(word: SearchedWord) => Finder} */
  function finderOf(word) {
    /** @type {Finder} */
    const finder = { forms: new Set(), numbers: new Set(), begins: '', pieces: [] };
    /** @type {Set<string>} */
    const pieces = new Set();
    word.meant.forEach(({ group, form, kind, lists }) => {
      if (kind === BEGUN) {
        finder.begins = word.form;
        if (form === word.form) finder.forms.add(form); // a house number that is a paragraph's as well
        if (form === null && lists) pieces.add(word.form);
      } else if (form === null) {
        if (lists) pieces.add(group);
      } else {
        finder.forms.add(form);
        if (form.includes('§')) finder.numbers.add(form.slice(form.indexOf('§') + 1).replace(/nr.*/, ''));
      }
    });
    if (pieces.size) finder.forms.forEach((form) => pieces.add(form));
    finder.pieces = Array.from(pieces).sort((a, b) => b.length - a.length);
    return finder;
  }

  // How many letters of a written word make so many letters of the folded one.
  /** @type {(token: string, folded: number) => number} */
  function written(token, folded) {
    let [less, enough] = [0, token.length];
    while (less < enough) {
      const middle = (less + enough) >> 1;
      if (fold(token.slice(0, middle)).length < folded) less = middle + 1;
      else enough = middle;
    }
    return enough;
  }

  // What a finder finds in a word, or null.
  /** @type {(finder: Finder, token: string, folded: string, afterSign: boolean) => Stretch | null} */
  function foundIn(finder, token, folded, afterSign) {
    if (finder.forms.has(folded) || (afterSign && finder.numbers.has(folded))) return { start: 0, end: token.length };
    if (finder.begins && folded.startsWith(finder.begins)) {
      return { start: 0, end: written(token, finder.begins.length) };
    }
    for (const piece of finder.pieces) {
      const at = piece.length < folded.length ? folded.indexOf(piece) : -1;
      if (at >= 0) return { start: written(token, at), end: written(token, at + piece.length) };
    }
    return null;
  }

  // In order; those that overlap are left for `marked` to leave out.
  /** @type {(text: string, finders: Finder[]) => Mark[]} */
  function marksIn(text, finders) {
    /** @type {Mark[]} */
    const marks = [];
    /** @type {(token: string, start: number, folded: string) => void} */
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

  /** @type {(text: string, marks: Mark[]) => Piece[]} */
  function marked(text, marks) {
    /** @type {Piece[]} */
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
  /** @type {(text: string, all: Mark[]) => MarkedText} */
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
    const shift = (from > 0 ? 2 : 0) - from; // by what stands for the left-out beginning
    const inside = marks.filter((mark) => mark.start >= from && mark.end <= to)
      .map((mark) => ({ ...mark, start: mark.start + shift, end: mark.end + shift }));
    const cut = (from > 0 ? '… ' : '') + text.slice(from, to).replace(/\s/g, ' ') + (to < text.length ? ' …' : '');
    return { text: cut, marks: inside };
  }

  // Why one offer was found: the weightiest field first, until every word has been shown.
  /** @type {(found: Found, document: number, row: ResultRow) => Promise<Reason[]>} */
  async function reasons(found, document, row) {
    const { manifest, columns } = found;
    if (!columns) return [];
    const finders = found.words.map(finderOf);
    const missing = new Set(finders.keys());
    const long = new Set(manifest.longFields);
    const fields = manifest.fields.map((_, field) => field)
      .filter((field) => columns.fields[document] & (1 << field));
    fields.sort((a, b) => manifest.weights[b] - manifest.weights[a]);
    /** @type {Reason[]} */
    const shown = [];
    let texts = row.short;
    for (const field of fields) {
      if (!missing.size || shown.length === MOST_FIELDS) break;
      if (long.has(field) && texts === row.short) {
        // Only if the short ones don't tell.
        texts = texts.concat(await tilbudsspejlIndeks.textsOf(manifest, document, row));
      }
      const [, ...ofField] = texts.find(([number]) => number === field) || [field];
      const best = bestText(ofField, finders, missing);
      if (best) {
        best.marks.forEach(({ word }) => missing.delete(word));
        const piece = stretch(best.text, best.marks);
        shown.push({ label: manifest.fields[field], pieces: marked(piece.text, piece.marks) });
      }
    }
    return shown;
  }

  // Of a field's texts the one that shows most of the words that are still missing.
  /** @type {(texts: string[], finders: Finder[], missing: Set<number>) => MarkedText | null} */
  function bestText(texts, finders, missing) {
    /** @type {MarkedText | null} */
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

  return { reasons };
}());
