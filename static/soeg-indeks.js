/* The index in the browser. Its files are made by generator/search/browser/shards.py, which explains them; what a query
   word stands for is the same as in generator/search/index/lexicon.py, how offers are ordered as in whoosh_index.py. */

/**
 * What there is to load, and the numbers of the formula.
 * @typedef {{
 *   fields: string[], weights: number[], strengths: number[], longFields: number[], worth: number[],
 *   strengthWorth: number[], shortestBegun: number, shortestBegunInTexts: number, shortestBegunBefore: number,
 *   mistakes: [letters: number, allowed: number][], smallWords: string[], mostWords: number, endings: string[],
 *   joints: string[], shortestStem: number, shortestPiece: number, longestWord: number, rowsInShard: number,
 *   textsInShard: number, documents: number, ceased: string, lexicon: string[], spelling: string[],
 *   postings: string[], long: string[], spelt: string, rows: string, hash: number, units: string[],
 *   facets: Record<string, string>,
 * }} Manifest
 *
 * A shard of the lexicon, and one form of it: how many offers have it as a power of two, its group, and its postings
 * where these stand in the lexicon itself, since it is alone in its group.
 * @typedef {{ forms: string[], rests: string[] }} LexiconShard
 * @typedef {{ form: string, often: number, group: string, lists: string | null }} Entry
 *
 * The postings of a group as text: of compounds with it as a part, and of each of its forms.
 * @typedef {{ compounds: string, forms: Map<string, string> }} Block
 *
 * What a word of a query stands for: the postings of a form or, with form null, of compounds.
 * @typedef {{ group: string, form: string | null, kind: number, lists: string }} Meaning
 * @typedef {{ form: string, meant: Meaning[], takenFor?: string }} SearchedWord
 * @typedef {{ words: SearchedWord[], instead: [unknown: string, takenFor: string][] }} Resolved
 *
 * A word of the spelling list, with how many letters it shares with the one before.
 * @typedef {{ form: string, shared: number, often: number }} SpellingWord
 * @typedef {[list: string, kind: number]} PostingList
 *
 * By document: the score, and as bits which words and which fields were found.
 * @typedef {{ score: Float64Array, words: Uint32Array, fields: Uint32Array }} MatchColumns
 * @typedef {Resolved & {
 *   manifest: Manifest, documents: number[], columns: MatchColumns | null, complete: boolean,
 * }} Found
 *
 * An offer's result row. A text of a field is the field's number and the texts that it has there.
 * @typedef {[field: number, ...texts: string[]]} FieldTexts
 * @typedef {{
 *   id: string, name: string, address: string, status: string, style: string, facts: string[], former: string[],
 *   short: FieldTexts[], texts: string,
 * }} ResultRow
 * @typedef {[string, string, string, string, string, string[], string[], FieldTexts[], string]} WrittenRow
 */

/** What every file of the index calls. @type {(name: string, data: unknown) => void} */
function tilbudsspejlSoeg(name, data) {
  tilbudsspejl.receive(data);
}

const tilbudsspejlIndeks = (function () {
  'use strict';

  const { simplerParagraph, unfold } = tilbudsspejlOrd;

  // ---- Files --------------------------------------------------------------------------------

  const FOLDER = 'search/';

  /** @type {(name: string) => Promise<unknown>} */
  function load(name) {
    return tilbudsspejl.load(FOLDER + name + '.js');
  }

  function loadManifest() {
    return /** @type {Promise<Manifest>} */ (load('manifest'));
  }

  // What is made of a file is made once.
  /** @type {Map<string, Promise<unknown>>} */
  const made = new Map();

  /**
   * @template Data, Made
   * @param {string} name
   * @param {(data: Data) => Made | Promise<Made>} make
   * @returns {Promise<Made>}
   */
  function loadAs(name, make) {
    const earlier = made.get(name);
    if (earlier) return /** @type {Promise<Made>} */ (earlier);
    const making = load(name).then((data) => make(/** @type {Data} */ (data)));
    made.set(name, making);
    making.catch(() => made.delete(name));
    return making;
  }

  // How the words are written that the folded form doesn't tell; loaded where that has to be said.
  /** @type {Map<string, string>} */
  let spellings = new Map();

  /** @type {(manifest: Manifest) => Promise<void>} */
  async function loadSpellings(manifest) {
    spellings = await loadAs(manifest.spelt, readSpellings);
  }

  /** @type {(spelt: Record<string, string>) => Map<string, string>} */
  function readSpellings(spelt) {
    return new Map(Object.entries(spelt));
  }

  // ---- Numbers as text: see encoding.py -------------------------------------------------------

  const LAST = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_';
  const MORE = "!#$%&'()*+./=>?@[]^`{}~";
  const VALUE = new Int16Array(128).fill(-1);
  Array.from(LAST, (letter, value) => { VALUE[letter.charCodeAt(0)] = value; });
  Array.from(MORE, (sign, value) => { VALUE[sign.charCodeAt(0)] = LAST.length + value; });

  /** @type {(text: string, from: number, use: (number: number) => void) => void} */
  function eachNumber(text, from, use) {
    let high = 0;
    for (let place = from; place < text.length; place += 1) {
      const value = VALUE[text.charCodeAt(place)];
      if (value < LAST.length) {
        use(high * LAST.length + value);
        high = 0;
      } else {
        high = high * MORE.length + value - LAST.length + 1;
      }
    }
  }

  /** @type {(text: string) => number[]} */
  function numbersIn(text) {
    /** @type {number[]} */
    const numbers = [];
    eachNumber(text, 0, (number) => numbers.push(number));
    return numbers;
  }

  // ---- Lexicon ----------------------------------------------------------------------------

  // The forms are in order; of each there is what follows it.
  /** @type {(text: string) => LexiconShard} */
  function readLexicon(text) {
    const entries = text.split(' ');
    const forms = entries.map((entry) => entry.slice(0, entry.search(/[=,]/)));
    return { forms, rests: entries.map((entry, place) => entry.slice(forms[place].length)) };
  }

  /** @type {(shard: LexiconShard, place: number) => Entry} */
  function entryAt(shard, place) {
    const form = shard.forms[place];
    const rest = shard.rests[place];
    if (rest[0] === '=') return { form, often: 3, group: form, lists: rest.slice(1) };
    const said = rest.slice(2);
    const cut = () => form.slice(0, form.length - LAST.indexOf(said));
    const group = !said ? form : said[0] === '.' ? said.slice(1) : cut();
    return { form, often: LAST.indexOf(rest[1]), group, lists: null };
  }

  // The place of the last shard that begins at or before the key; a list is [first key, name, …].
  /** @type {(list: string[], key: string) => number} */
  function shardPlace(list, key) {
    let low = 0;
    let high = list.length / 2;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (list[2 * middle] <= key) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** @type {(forms: string[], key: string) => number} */
  function placeOf(forms, key) {
    let low = 0;
    let high = forms.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (forms[middle] < key) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** @type {(manifest: Manifest, form: string) => Promise<Entry | null>} */
  async function find(manifest, form) {
    const place = shardPlace(manifest.lexicon, form);
    if (place < 0) return null;
    const shard = await loadAs(manifest.lexicon[2 * place + 1], readLexicon);
    const found = placeOf(shard.forms, form);
    return shard.forms[found] === form ? entryAt(shard, found) : null;
  }

  // The entries that begin with the prefix, in order.
  /** @type {(manifest: Manifest, prefix: string) => Promise<Entry[]>} */
  async function beginningWith(manifest, prefix) {
    const list = manifest.lexicon;
    const names = [];
    for (let place = Math.max(0, shardPlace(list, prefix)); 2 * place < list.length; place += 1) {
      const first = list[2 * place];
      if (first > prefix && !first.startsWith(prefix)) break;
      names.push(list[2 * place + 1]);
    }
    const shards = await Promise.all(names.map((name) => loadAs(name, readLexicon)));
    /** @type {Entry[]} */
    const entries = [];
    shards.forEach((shard) => {
      const { forms } = shard;
      for (let at = placeOf(forms, prefix); at < forms.length && forms[at].startsWith(prefix); at += 1) {
        entries.push(entryAt(shard, at));
      }
    });
    return entries;
  }

  // ---- Postings ---------------------------------------------------------------------------

  /** @type {(text: string) => Map<string, string>} */
  function readPostings(text) {
    /** @type {Map<string, string>} */
    const blocks = new Map();
    text.split(' ').forEach((block) => blocks.set(block.slice(0, block.indexOf(';')), block));
    return blocks;
  }

  /** @type {(manifest: Manifest, group: string, onlyShort?: boolean) => Promise<Block | null>} */
  async function blockOf(manifest, group, onlyShort) {
    const lists = onlyShort ? [manifest.postings] : [manifest.postings, manifest.long];
    const texts = await Promise.all(lists.map((list) => blockIn(list, group)));
    const there = texts.flatMap((text) => (text === undefined ? [] : text));
    if (!there.length) return null;
    /** @type {Map<string, string>} */
    const forms = new Map();
    /** @type {string[]} */
    const all = [];
    there.forEach((text) => {
      const [, compounds, ...own] = text.split(';');
      if (compounds) all.push(compounds);
      own.forEach((part) => {
        const colon = part.indexOf(':');
        const name = part.slice(1, colon);
        const form = part[0] === '.' ? group + name : name;
        forms.set(form, (forms.has(form) ? forms.get(form) + ',' : '') + part.slice(colon + 1));
      });
    });
    return { compounds: all.join(','), forms };
  }

  /** @type {(list: string[], group: string) => Promise<string | undefined>} */
  async function blockIn(list, group) {
    const place = shardPlace(list, group);
    return place < 0 ? undefined : (await loadAs(list[2 * place + 1], readPostings)).get(group);
  }

  /** @type {(manifest: Manifest, entry: Entry, onlyShort?: boolean) => Promise<Block>} */
  async function blockOfEntry(manifest, entry, onlyShort) {
    if (entry.lists !== null) return { compounds: '', forms: new Map([[entry.form, entry.lists]]) };
    // A group may have all its postings in the long fields.
    return await blockOf(manifest, entry.group, onlyShort) || { compounds: '', forms: new Map() };
  }

  // ---- What a word stands for ---------------------------------------------------------------

  const EXACT = 0;
  const FAMILY = 1;
  const PART = 2;
  const BEGUN = 3;
  const MISSPELT = 4;
  const LETTERS = /^\p{L}+$/u;
  const DIGITS = /^[0-9]+$/;

  /** @type {(entry: Entry, block: Block) => Meaning[]} */
  function familyOf(entry, block) {
    /** @type {Meaning[]} */
    const meant = [{ group: entry.group, form: entry.form, kind: EXACT, lists: block.forms.get(entry.form) || '' }];
    block.forms.forEach((lists, form) => {
      if (form !== entry.form) meant.push({ group: entry.group, form, kind: FAMILY, lists });
    });
    return meant.concat({ group: entry.group, form: null, kind: PART, lists: block.compounds });
  }

  /** @type {(manifest: Manifest, entry: Entry) => Promise<Meaning[]>} */
  async function family(manifest, entry) {
    return familyOf(entry, await blockOfEntry(manifest, entry));
  }

  /** @type {(manifest: Manifest, query: QueryWord[]) => Promise<Resolved>} */
  async function resolve(manifest, query) {
    const telling = query.filter((word) => !manifest.smallWords.includes(word.form));
    const forms = await knownPieces(manifest, telling.length ? telling : query);
    const meant = await Promise.all(forms.map((form, place) => known(manifest, form, place === forms.length - 1)));
    await joinNeighbours(manifest, forms, meant);
    const last = forms.length - 1;
    if (last > 0 && forms[last].length === 1 && !meant[last].length) {
      forms.pop(); // the first letter of a word that is being typed
      meant.pop();
    }
    /** @type {SearchedWord[]} */
    const words = [];
    /** @type {Map<string, string>} */
    const instead = new Map();
    for (let place = 0; place < forms.length; place += 1) {
      if (meant[place].length) {
        words.push({ form: forms[place], meant: meant[place] });
      } else {
        (await unknown(manifest, forms[place])).forEach((word) => {
          words.push(word);
          if (word.takenFor) instead.set(forms[place], word.takenFor);
        });
      }
    }
    return { words: words.slice(0, manifest.mostWords), instead: Array.from(instead) };
  }

  /** @type {(manifest: Manifest, query: QueryWord[]) => Promise<string[]>} */
  async function knownPieces(manifest, query) {
    const pieces = await Promise.all(query.map(async (word) => {
      let { form } = word;
      // Taken apart again if no offer has the number: "2019 2020" can be two years.
      if (word.parts.length && !await find(manifest, form)) return word.parts;
      let letter = '';
      while (form.includes('§') && !await find(manifest, form)) {
        if (/\p{L}$/u.test(form)) {
          letter = form.slice(-1); // perhaps the first of the next word, as in "§ 107 a…"
          form = form.slice(0, -1);
        } else {
          form = simplerParagraph(form);
        }
      }
      return letter ? [form, letter] : [form];
    }));
    return Array.from(new Set(pieces.flat()));
  }

  /** @type {(manifest: Manifest, form: string, last: boolean) => Promise<Meaning[]>} */
  async function known(manifest, form, last) {
    const entry = await find(manifest, form);
    let meant = entry ? await family(manifest, entry) : [];
    const paragraph = DIGITS.test(form) ? await find(manifest, '§' + form) : null;
    if (paragraph) {
      // "107" is first of all a paragraph's number, but a house's as well.
      meant = meant.map((one) => ({ ...one, kind: BEGUN }));
      const block = await blockOfEntry(manifest, paragraph);
      const lists = block.forms.get(paragraph.form) || '';
      meant.unshift({ group: paragraph.group, form: paragraph.form, kind: EXACT, lists });
    }
    // A whole number is what was asked for, not the beginning of a longer one.
    const whole = meant.length > 0 && !LETTERS.test(form);
    if (!whole && form.length >= (last ? manifest.shortestBegun : manifest.shortestBegunBefore)) {
      meant = meant.concat(await begun(manifest, form, entry ? entry.group : null));
    }
    return meant;
  }

  /** @type {(manifest: Manifest, form: string, own: string | null) => Promise<Meaning[]>} */
  async function begun(manifest, form, own) {
    const longer = (await beginningWith(manifest, form)).filter((other) => other.form !== form && other.group !== own);
    const onlyShort = form.length < manifest.shortestBegunInTexts;
    const blocks = await Promise.all(longer.map((other) => blockOfEntry(manifest, other, onlyShort)));
    /** @type {Meaning[]} */
    const meant = [];
    longer.forEach(({ group, form: other }, place) => {
      meant.push({ group, form: other, kind: BEGUN, lists: blocks[place].forms.get(other) || '' });
      meant.push({ group, form: null, kind: BEGUN, lists: blocks[place].compounds });
    });
    return meant;
  }

  // Two words in a row may be one: "dag tilbud" and "dag-tilbud" are a dagtilbud, "41 A" is number 41A.
  /** @type {(manifest: Manifest, forms: string[], meant: Meaning[][]) => Promise<void>} */
  async function joinNeighbours(manifest, forms, meant) {
    for (let place = 0; place + 1 < forms.length; place += 1) {
      const [first, second] = [forms[place], forms[place + 1]];
      const houseNumber = DIGITS.test(first) && second.length === 1;
      const joints = LETTERS.test(first) && LETTERS.test(second) ? manifest.joints : houseNumber ? [''] : [];
      for (const joint of joints) {
        const entry = await find(manifest, first + joint + second);
        if (entry) {
          const found = await family(manifest, entry);
          meant[place].push(...found);
          meant[place + 1].push(...found);
        }
      }
    }
  }

  // ---- A word that nobody has ----------------------------------------------------------------

  /** @type {(manifest: Manifest, form: string) => Promise<SearchedWord[]>} */
  async function unknown(manifest, form) {
    const inflected = LETTERS.test(form) ? await otherInflection(manifest, form) : null;
    if (inflected) return [{ form, meant: inflected }];
    const near = await neighbours(manifest, form);
    if (near.distance === 1) return [await misspelt(manifest, form, near.forms)];
    const pieces = await split(manifest, form);
    if (pieces.length) {
      return Promise.all(pieces.map(async (entry) => ({ form: entry.form, meant: await family(manifest, entry) })));
    }
    return [near.forms.length ? await misspelt(manifest, form, near.forms) : { form, meant: [] }];
  }

  /** @type {(manifest: Manifest, form: string) => Promise<Meaning[] | null>} */
  async function otherInflection(manifest, form) {
    for (const ending of manifest.endings) {
      const stem = form.endsWith(ending) ? form.slice(0, form.length - ending.length) : '';
      // Danish doubles and drops letters before an ending: tilbuddene is of tilbud, krisecentrene of krisecenter.
      for (const word of stem.length > manifest.shortestStem ? [stem, stem.slice(0, -1)] : []) {
        const relatives = await relativesOf(manifest, word);
        if (relatives) return relatives;
      }
    }
    return null;
  }

  /** @type {(manifest: Manifest, word: string) => Promise<Meaning[] | null>} */
  async function relativesOf(manifest, word) {
    const entry = await find(manifest, word);
    const group = entry ? entry.group : word;
    const block = entry ? await blockOfEntry(manifest, entry) : await blockOf(manifest, group);
    if (!block) return null;
    /** @type {Meaning[]} */
    const meant = Array.from(block.forms, ([form, lists]) => ({ group, form, kind: FAMILY, lists }));
    return meant.concat({ group, form: null, kind: PART, lists: block.compounds });
  }

  /** @type {(text: string) => SpellingWord[]} */
  function readSpelling(text) {
    /** @type {SpellingWord[]} */
    const words = [];
    let before = '';
    text.split(' ').forEach((entry) => {
      if (!entry) return;
      const shared = LAST.indexOf(entry[1]);
      before = before.slice(0, shared) + entry.slice(2);
      words.push({ form: before, shared, often: LAST.indexOf(entry[0]) });
    });
    return words;
  }

  /** @type {(manifest: Manifest) => Promise<SpellingWord[][]>} */
  async function spelling(manifest) {
    return Promise.all(manifest.spelling.map((name) => loadAs(name, readSpelling)));
  }

  // The words that differ in the fewest letters; a longer word that begins like that counts, but after whole words.
  /** @type {(manifest: Manifest, form: string) => Promise<{ distance: number, forms: string[] }>} */
  async function neighbours(manifest, form) {
    const [, allowed] = manifest.mistakes.filter(([letters]) => form.length >= letters).pop() || [0, 0];
    if (!allowed || !LETTERS.test(form)) return { distance: 0, forms: [] };
    let nearest = 2 * allowed + 1; // twice the letters that differ, and one more where only a beginning was compared
    /** @type {SpellingWord[]} */
    let found = [];
    (await spelling(manifest)).forEach((words) => eachDistance(form, words, allowed, (word, distance) => {
      if (distance < nearest) {
        nearest = distance;
        found = [];
      }
      if (distance === nearest) found.push(word);
    }));
    found.sort((a, b) => b.often - a.often);
    return { distance: found.length ? nearest >> 1 : 0, forms: found.map((word) => word.form) };
  }

  // Optimal string alignment, a row for each letter of a word; words that begin alike share their rows.
  /**
   * @type {(form: string, words: SpellingWord[], allowed: number, use: (word: SpellingWord, distance: number) => void)
   *   => void}
   */
  function eachDistance(form, words, allowed, use) {
    const width = form.length + 1;
    const rows = [Uint8Array.from({ length: width }, (_, place) => place)];
    const begunBest = [255]; // the best distance to a beginning, at each depth
    let dead = Infinity; // from this depth on nothing can come near
    let before = '';
    words.forEach((word) => {
      const other = word.form;
      let depth = Math.min(word.shared, before.length);
      if (depth < dead) {
        dead = Infinity;
        for (; depth < other.length && dead === Infinity; depth += 1) {
          const row = rows[depth + 1] || (rows[depth + 1] = new Uint8Array(width));
          const lowest = fillRow(row, rows[depth], depth ? rows[depth - 1] : null, form, other, depth);
          begunBest[depth + 1] = Math.min(begunBest[depth], row[width - 1]);
          // A transposition looks two rows back.
          if (lowest > allowed && Math.min(...rows[depth]) > allowed) dead = depth + 1;
        }
      }
      before = other;
      const reached = Math.min(dead, other.length);
      const whole = dead === Infinity ? rows[other.length][width - 1] : 255;
      const begunTo = begunBest[Math.min(reached, other.length - 1)];
      const distance = Math.min(2 * whole, 2 * begunTo + 1);
      if (distance <= 2 * allowed + 1) use(word, distance);
    });
  }

  /**
   * @type {(row: Uint8Array, above: Uint8Array, twoAbove: Uint8Array | null, form: string, other: string,
   *   depth: number) => number}
   */
  function fillRow(row, above, twoAbove, form, other, depth) {
    row[0] = depth + 1;
    let lowest = row[0];
    for (let place = 1; place < row.length; place += 1) {
      const same = form[place - 1] === other[depth];
      let best = Math.min(above[place - 1] + (same ? 0 : 1), above[place] + 1, row[place - 1] + 1);
      if (twoAbove && place > 1 && form[place - 1] === other[depth - 1] && form[place - 2] === other[depth]) {
        best = Math.min(best, twoAbove[place - 2] + 1);
      }
      row[place] = best;
      if (best < lowest) lowest = best;
    }
    return lowest;
  }

  /** @type {(manifest: Manifest, form: string, near: string[]) => Promise<SearchedWord>} */
  async function misspelt(manifest, form, near) {
    /** @type {Meaning[]} */
    const meant = [];
    for (const other of near) {
      const entry = await find(manifest, other);
      (entry ? await family(manifest, entry) : []).forEach((one) => meant.push({ ...one, kind: MISSPELT }));
    }
    return { form, meant, takenFor: near[0] };
  }

  // A compound that no offer has: misbrugscenter is misbrug and center; the longest end first.
  /** @type {(manifest: Manifest, form: string) => Promise<Entry[]>} */
  async function split(manifest, form) {
    const { shortestPiece: shortest, longestWord, joints } = manifest;
    if (!LETTERS.test(form) || form.length < 2 * shortest || form.length > longestWord) return [];
    /** @type {Set<string>} */
    const words = new Set();
    (await spelling(manifest)).forEach((some) => some.forEach((word) => words.add(word.form)));
    for (let place = shortest; place <= form.length - shortest; place += 1) {
      const head = form.slice(place);
      const start = form.slice(0, place);
      for (const joint of words.has(head) ? joints : []) {
        const modifier = start.endsWith(joint) ? start.slice(0, start.length - joint.length) : '';
        if (modifier.length >= shortest && words.has(modifier)) {
          const pieces = await Promise.all([find(manifest, modifier), find(manifest, head)]);
          return pieces.flatMap((entry) => entry || []);
        }
      }
    }
    return [];
  }

  // ---- Ranking ------------------------------------------------------------------------------

  /** @type {(documents: number, having: number) => number} */
  function rarity(documents, having) {
    return Math.floor(8 * Math.log2(1 + documents / having) + 0.5);
  }

  // By field.
  /** @type {(manifest: Manifest, word: SearchedWord) => PostingList[][]} */
  function listsByField(manifest, word) {
    /** @type {PostingList[][]} */
    const fields = manifest.fields.map(() => []);
    const long = new Set(manifest.longFields);
    const tooShort = word.form.length < manifest.shortestBegunInTexts;
    word.meant.forEach(({ lists, kind }) => {
      if (!lists) return;
      lists.split(',').forEach((list) => {
        const field = LAST.indexOf(list[0]);
        if (!(kind === BEGUN && tooShort && long.has(field))) fields[field].push([list, kind]);
      });
    });
    return fields;
  }

  /** @type {(manifest: Manifest, words: SearchedWord[]) => MatchColumns} */
  function match(manifest, words) {
    const { documents } = manifest;
    const score = new Float64Array(documents);
    const having = new Uint32Array(documents);
    const fields = new Uint32Array(documents);
    const together = new Uint32Array(documents).fill(shortFields(manifest)); // fields with all the words so far
    words.forEach((word, place) => {
      const here = new Uint32Array(documents);
      const best = new Float64Array(documents);
      const total = new Float64Array(documents);
      /** @type {number[]} */
      const touched = [];
      listsByField(manifest, word).forEach((lists, field) => {
        if (!lists.length) return;
        const found = bestInField(manifest, lists, manifest.strengths[field]);
        found.documents.forEach((document) => {
          const worth = found.worth[document] * manifest.weights[field];
          if (!total[document]) touched.push(document);
          total[document] += worth;
          if (worth > best[document]) best[document] = worth;
          here[document] |= 1 << field;
        });
      });
      const tells = rarity(documents, touched.length);
      touched.forEach((document) => {
        score[document] += (best[document] + Math.floor((total[document] - best[document]) / 8)) * tells;
        having[document] |= 1 << place;
        fields[document] |= here[document];
        together[document] &= here[document];
      });
    });
    if (words.length > 1) rewardTogetherness(score, having, together, 2 ** words.length - 1);
    return { score, words: having, fields };
  }

  /** @type {(manifest: Manifest) => number} */
  function shortFields(manifest) {
    const { fields, longFields } = manifest;
    return fields.reduce((sum, _, field) => (longFields.includes(field) ? sum : sum | (1 << field)), 0);
  }

  // A name, a provider, an address with all the words is what was meant; a text has many words by chance.
  /** @type {(score: Float64Array, having: Uint32Array, together: Uint32Array, all: number) => void} */
  function rewardTogetherness(score, having, together, all) {
    having.forEach((words, document) => {
      if (words === all && together[document]) score[document] += Math.floor(score[document] / 2);
    });
  }

  /**
   * @type {(manifest: Manifest, lists: PostingList[], strengths: number)
   *   => { worth: Uint16Array, documents: number[] }}
   */
  function bestInField(manifest, lists, strengths) {
    const worth = new Uint16Array(manifest.documents);
    /** @type {number[]} */
    const documents = [];
    lists.forEach(([text, kind]) => {
      const worths = manifest.strengthWorth.map((strength) => manifest.worth[kind] * strength);
      let following = 0;
      eachNumber(text, 1, (number) => {
        const document = following + Math.floor(number / strengths);
        following = document + 1;
        const found = worths[number % strengths];
        if (!worth[document]) documents.push(document);
        if (found > worth[document]) worth[document] = found;
      });
    });
    return { worth, documents };
  }

  /** @type {WeakMap<Manifest, Uint8Array>} */
  const ceasedOf = new WeakMap();

  // By document 1 for an offer that has ceased.
  /** @type {(manifest: Manifest) => Uint8Array} */
  function ceased(manifest) {
    const earlier = ceasedOf.get(manifest);
    if (earlier) return earlier;
    const column = new Uint8Array(manifest.documents);
    let following = 0;
    eachNumber(manifest.ceased, 0, (number) => {
      column[following + number] = 1;
      following += number + 1;
    });
    ceasedOf.set(manifest, column);
    return column;
  }

  /** @type {(number: number) => number} */
  function bits(number) {
    let count = 0;
    for (let rest = number; rest; rest &= rest - 1) count += 1;
    return count;
  }

  // What a query's words found, neither filtered nor ordered: the documents with all words, or if there are none, with
  // some.
  /** @type {(words: QueryWord[]) => Promise<Found>} */
  async function search(words) {
    const manifest = await loadManifest();
    const resolved = words.length ? await resolve(manifest, words) : { words: [], instead: [] };
    if (!resolved.words.length) {
      const everything = Array.from({ length: manifest.documents }, (_, document) => document);
      return { manifest, ...resolved, documents: everything, columns: null, complete: true };
    }
    const columns = match(manifest, resolved.words);
    const all = 2 ** resolved.words.length - 1;
    /** @type {number[]} */
    const some = [];
    /** @type {number[]} */
    const whole = [];
    columns.words.forEach((having, document) => {
      if (having) some.push(document);
      if (having === all) whole.push(document);
    });
    if (!whole.length || resolved.instead.length) await loadSpellings(manifest);
    return { manifest, ...resolved, documents: whole.length ? whole : some, columns, complete: whole.length > 0 };
  }

  // The documents of a search that pass, best first.
  /** @type {(found: Found, passes?: ((document: number) => boolean) | null) => number[]} */
  function order({ manifest, columns, documents }, passes) {
    const gone = ceased(manifest);
    const passing = passes ? documents.filter(passes) : documents.slice();
    if (!columns) return passing.sort((a, b) => gone[a] - gone[b] || a - b);
    return passing.sort((a, b) => bits(columns.words[b]) - bits(columns.words[a])
      || columns.score[b] - columns.score[a] || gone[a] - gone[b] || a - b);
  }

  // ---- Offers -------------------------------------------------------------------------------

  /** @type {(manifest: Manifest, document: number) => Promise<ResultRow>} */
  async function rowOf(manifest, document) {
    const from = Math.floor(document / manifest.rowsInShard) * manifest.hash;
    const shard = await load('rows-' + manifest.rows.slice(from, from + manifest.hash));
    const rows = /** @type {WrittenRow[]} */ (shard);
    const [id, name, address, status, style, facts, former, short, texts] = rows[document % manifest.rowsInShard];
    return { id, name, address, status, style, facts, former, short, texts };
  }

  /** @type {(text: string) => Promise<FieldTexts[][]>} */
  async function inflate(text) {
    const bytes = Uint8Array.from(window.atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return JSON.parse(await new Response(stream).text());
  }

  // The long texts of an offer.
  /** @type {(manifest: Manifest, document: number, row: ResultRow) => Promise<FieldTexts[]>} */
  async function textsOf(manifest, document, row) {
    return (await loadAs(row.texts, inflate))[document % manifest.textsInShard];
  }

  // Words that begin like this one, those of most offers first.
  /** @type {(word: string, most: number) => Promise<string[]>} */
  async function suggestions(word, most) {
    const manifest = await loadManifest();
    if (word.length < manifest.shortestBegun || !LETTERS.test(word)) return [];
    const longer = (await beginningWith(manifest, word))
      .filter(({ form }) => form !== word && LETTERS.test(form));
    longer.sort((a, b) => b.often - a.often || a.form.length - b.form.length);
    await loadSpellings(manifest);
    return longer.slice(0, most).map(({ form }) => form);
  }

  // A form as people write it, and as a query has to be written to mean it; of a word only once the spellings are
  // there.
  /** @type {(form: string) => string} */
  function written(form) {
    const paragraph = /^(\p{L}*)§(\d+\p{L}?)(?:nr(\d+))?$/u.exec(form);
    if (paragraph) {
      const [, law, number, nr] = paragraph;
      return (law ? law.toUpperCase() + ' ' : '') + '§ ' + number + (nr ? ' nr. ' + nr : '');
    }
    return spellings.get(form) ?? unfold(form);
  }

  return {
    loadManifest, loadAs, numbersIn, search, order, ceased, rowOf, textsOf, suggestions, written, BEGUN,
  };
}());
