/* The index in the browser. Its files are made by generator/search/browser/shards.py, which explains them; what a query word
   stands for is the same as in generator/search/index/lexicon.py, how offers are ordered as in whoosh_index.py. */
(function () {
  'use strict';

  const spejl = window.tilbudsspejlSoeg;
  const { arrived, simplerParagraph, unfold } = spejl;

  // ---- Files: a script element each, loaded once ----------------------------------------------

  const FOLDER = 'search/';
  const loading = new Map();

  function load(name) {
    if (!loading.has(name)) {
      loading.set(name, new Promise((resolve, reject) => {
        const fail = () => {
          loading.delete(name); // the next query tries again
          reject(new Error(name));
        };
        const script = document.createElement('script');
        script.src = FOLDER + name + '.js';
        script.fetchPriority = 'high'; // a script added later is otherwise the last that a browser fetches
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

  // What is made of a file is made once.
  const made = new Map();
  function loadAs(name, make) {
    if (!made.has(name)) {
      made.set(name, load(name).then(make));
      made.get(name).catch(() => made.delete(name));
    }
    return made.get(name);
  }

  // ---- Numbers as text: see encoding.py -------------------------------------------------------

  const LAST = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_';
  const MORE = "!#$%&'()*+./=>?@[]^`{}~";
  const VALUE = new Int16Array(128).fill(-1);
  Array.from(LAST, (letter, value) => { VALUE[letter.charCodeAt(0)] = value; });
  Array.from(MORE, (sign, value) => { VALUE[sign.charCodeAt(0)] = LAST.length + value; });

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

  function numbersIn(text) {
    const numbers = [];
    eachNumber(text, 0, (number) => numbers.push(number));
    return numbers;
  }

  // ---- Lexicon ----------------------------------------------------------------------------

  // A shard as its forms, in order, and what follows each.
  function readLexicon(text) {
    const entries = text.split(' ');
    const forms = entries.map((entry) => entry.slice(0, entry.search(/[=,]/)));
    return { forms, rests: entries.map((entry, place) => entry.slice(forms[place].length)) };
  }

  // {form, often, group, lists}: with lists there is no block, the form is alone in its group.
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

  async function find(manifest, form) {
    const place = shardPlace(manifest.lexicon, form);
    if (place < 0) return null;
    const shard = await loadAs(manifest.lexicon[2 * place + 1], readLexicon);
    const found = placeOf(shard.forms, form);
    return shard.forms[found] === form ? entryAt(shard, found) : null;
  }

  // The entries that begin with the prefix, in order.
  async function beginningWith(manifest, prefix) {
    const list = manifest.lexicon;
    const names = [];
    for (let place = Math.max(0, shardPlace(list, prefix)); 2 * place < list.length; place += 1) {
      const first = list[2 * place];
      if (first > prefix && !first.startsWith(prefix)) break;
      names.push(list[2 * place + 1]);
    }
    const shards = await Promise.all(names.map((name) => loadAs(name, readLexicon)));
    const entries = [];
    shards.forEach((shard) => {
      for (let at = placeOf(shard.forms, prefix); at < shard.forms.length && shard.forms[at].startsWith(prefix); at += 1) {
        entries.push(entryAt(shard, at));
      }
    });
    return entries;
  }

  // ---- Postings ---------------------------------------------------------------------------

  function readPostings(text) {
    const blocks = new Map();
    text.split(' ').forEach((block) => blocks.set(block.slice(0, block.indexOf(';')), block));
    return blocks;
  }

  // {compounds, forms}: lists as text, of compounds with the group as a part and of each of its forms.
  async function blockOf(manifest, group, onlyShort) {
    const lists = onlyShort ? [manifest.postings] : [manifest.postings, manifest.long];
    const texts = await Promise.all(lists.map((list) => blockIn(list, group)));
    if (texts.every((text) => text === undefined)) return null;
    const forms = new Map();
    const all = [];
    texts.filter((text) => text !== undefined).forEach((text) => {
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

  async function blockIn(list, group) {
    const place = shardPlace(list, group);
    return place < 0 ? undefined : (await loadAs(list[2 * place + 1], readPostings)).get(group);
  }

  function blockOfEntry(manifest, entry, onlyShort) {
    return entry.lists === null ? blockOf(manifest, entry.group, onlyShort)
      : { compounds: '', forms: new Map([[entry.form, entry.lists]]) };
  }

  // ---- What a word stands for ---------------------------------------------------------------

  const EXACT = 0;
  const FAMILY = 1;
  const PART = 2;
  const BEGUN = 3;
  const MISSPELT = 4;
  const LETTERS = /^\p{L}+$/u;
  const DIGITS = /^[0-9]+$/;

  // Meant is {group, form, kind, lists}: the postings of a form or, with form null, of compounds.
  function familyOf(entry, block) {
    const meant = [{ group: entry.group, form: entry.form, kind: EXACT, lists: block.forms.get(entry.form) || '' }];
    block.forms.forEach((lists, form) => {
      if (form !== entry.form) meant.push({ group: entry.group, form, kind: FAMILY, lists });
    });
    return meant.concat({ group: entry.group, form: null, kind: PART, lists: block.compounds });
  }

  async function family(manifest, entry) {
    return familyOf(entry, await blockOfEntry(manifest, entry));
  }

  // {words: [{form, meant}], instead: [[what nobody has, what it was taken for], …]}
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
    const words = [];
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
    return Array.from(new Set([].concat(...pieces)));
  }

  async function known(manifest, form, last) {
    const entry = await find(manifest, form);
    let meant = entry ? await family(manifest, entry) : [];
    const paragraph = DIGITS.test(form) ? await find(manifest, '§' + form) : null;
    if (paragraph) {
      // "107" is first of all a paragraph's number, but a house's as well.
      meant = meant.map((one) => ({ ...one, kind: BEGUN }));
      const block = await blockOfEntry(manifest, paragraph);
      meant.unshift({ group: paragraph.group, form: paragraph.form, kind: EXACT, lists: block.forms.get(paragraph.form) });
    }
    // A whole number is what was asked for, not the beginning of a longer one.
    const whole = meant.length > 0 && !LETTERS.test(form);
    if (!whole && form.length >= (last ? manifest.shortestBegun : manifest.shortestBegunBefore)) {
      meant = meant.concat(await begun(manifest, form, entry ? entry.group : null));
    }
    return meant;
  }

  async function begun(manifest, form, own) {
    const longer = (await beginningWith(manifest, form)).filter((other) => other.form !== form && other.group !== own);
    const onlyShort = form.length < manifest.shortestBegunInTexts;
    const blocks = await Promise.all(longer.map((other) => blockOfEntry(manifest, other, onlyShort)));
    const meant = [];
    longer.forEach(({ group, form: other }, place) => {
      meant.push({ group, form: other, kind: BEGUN, lists: blocks[place].forms.get(other) || '' });
      meant.push({ group, form: null, kind: BEGUN, lists: blocks[place].compounds });
    });
    return meant;
  }

  // Two words in a row may be one: "dag tilbud" and "dag-tilbud" are a dagtilbud, "41 A" is number 41A.
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

  async function relativesOf(manifest, word) {
    const entry = await find(manifest, word);
    const group = entry ? entry.group : word;
    const block = entry ? await blockOfEntry(manifest, entry) : await blockOf(manifest, group);
    if (!block) return null;
    const meant = Array.from(block.forms, ([form, lists]) => ({ group, form, kind: FAMILY, lists }));
    return meant.concat({ group, form: null, kind: PART, lists: block.compounds });
  }

  // All words of letters, each [letters shared with the one before, the others, how often].
  function readSpelling(text) {
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

  async function spelling(manifest) {
    return Promise.all(manifest.spelling.map((name) => loadAs(name, readSpelling)));
  }

  // The words that differ in the fewest letters; a longer word that begins like that counts, but after whole words.
  async function neighbours(manifest, form) {
    const [, allowed] = manifest.mistakes.filter(([letters]) => form.length >= letters).pop() || [0, 0];
    if (!allowed || !LETTERS.test(form)) return { distance: 0, forms: [] };
    let nearest = 2 * allowed + 1; // twice the letters that differ, and one more where only a beginning was compared
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

  async function misspelt(manifest, form, near) {
    const meant = [];
    for (const other of near) {
      const entry = await find(manifest, other);
      (await family(manifest, entry)).forEach((one) => meant.push({ ...one, kind: MISSPELT }));
    }
    return { form, meant, takenFor: near[0] };
  }

  // A compound that no offer has: misbrugscenter is misbrug and center; the longest end first.
  async function split(manifest, form) {
    if (!LETTERS.test(form) || form.length < 2 * manifest.shortestPiece || form.length > manifest.longestWord) return [];
    const words = new Set();
    (await spelling(manifest)).forEach((some) => some.forEach((word) => words.add(word.form)));
    const shortest = manifest.shortestPiece;
    for (let place = shortest; place <= form.length - shortest; place += 1) {
      const head = form.slice(place);
      const start = form.slice(0, place);
      for (const joint of words.has(head) ? manifest.joints : []) {
        const modifier = start.endsWith(joint) ? start.slice(0, start.length - joint.length) : '';
        if (modifier.length >= shortest && words.has(modifier)) {
          return Promise.all([find(manifest, modifier), find(manifest, head)]);
        }
      }
    }
    return [];
  }

  // ---- Ranking ------------------------------------------------------------------------------

  function rarity(documents, having) {
    return Math.floor(8 * Math.log2(1 + documents / having) + 0.5);
  }

  // The postings of a word by field: field -> [[text, kind], …].
  function listsByField(manifest, word) {
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

  // {score, words, fields}: columns by document, of all words.
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

  function shortFields(manifest) {
    return manifest.fields.reduce((sum, _, field) => (manifest.longFields.includes(field) ? sum : sum | (1 << field)), 0);
  }

  // A name, a provider, an address with all the words is what was meant; a text has many words by chance.
  function rewardTogetherness(score, having, together, all) {
    having.forEach((words, document) => {
      if (words === all && together[document]) score[document] += Math.floor(score[document] / 2);
    });
  }

  function bestInField(manifest, lists, strengths) {
    const worth = new Uint16Array(manifest.documents);
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

  const ceasedOf = new WeakMap();
  function ceased(manifest) {
    if (!ceasedOf.has(manifest)) {
      const column = new Uint8Array(manifest.documents);
      let following = 0;
      eachNumber(manifest.ceased, 0, (number) => {
        column[following + number] = 1;
        following += number + 1;
      });
      ceasedOf.set(manifest, column);
    }
    return ceasedOf.get(manifest);
  }

  function bits(number) {
    let count = 0;
    for (let rest = number; rest; rest &= rest - 1) count += 1;
    return count;
  }

  // What a query's words found, neither filtered nor ordered: the documents with all words, or if there are none, with some.
  async function search(words) {
    const manifest = await load('manifest');
    const resolved = words.length ? await resolve(manifest, words) : { words: [], instead: [] };
    if (!resolved.words.length) {
      const everything = Array.from({ length: manifest.documents }, (_, document) => document);
      return { manifest, ...resolved, documents: everything, columns: null, complete: true };
    }
    const columns = match(manifest, resolved.words);
    const all = 2 ** resolved.words.length - 1;
    const some = [];
    const whole = [];
    columns.words.forEach((having, document) => {
      if (having) some.push(document);
      if (having === all) whole.push(document);
    });
    if (!whole.length || resolved.instead.length) await load(manifest.spelt);
    return { manifest, ...resolved, documents: whole.length ? whole : some, columns, complete: whole.length > 0 };
  }

  // The documents of a search that pass, best first.
  function order({ manifest, columns, documents }, passes) {
    const gone = ceased(manifest);
    const passing = passes ? documents.filter(passes) : documents.slice();
    if (!columns) return passing.sort((a, b) => gone[a] - gone[b] || a - b);
    return passing.sort((a, b) => bits(columns.words[b]) - bits(columns.words[a])
      || columns.score[b] - columns.score[a] || gone[a] - gone[b] || a - b);
  }

  // ---- Offers -------------------------------------------------------------------------------

  async function rowOf(manifest, document) {
    const from = Math.floor(document / manifest.rowsInShard) * manifest.hash;
    const rows = await load('rows-' + manifest.rows.slice(from, from + manifest.hash));
    const [id, name, address, status, style, facts, former, short, texts] = rows[document % manifest.rowsInShard];
    return { id, name, address, status, style, facts, former, short, texts };
  }

  async function inflate(text) {
    const bytes = Uint8Array.from(window.atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
    return JSON.parse(await new Response(stream).text());
  }

  // The long texts of an offer: [[field, text, …], …].
  async function textsOf(manifest, document, row) {
    return (await loadAs(row.texts, inflate))[document % manifest.textsInShard];
  }

  // Words that begin like this one, those of most offers first.
  async function suggestions(word, most) {
    const manifest = await load('manifest');
    if (word.length < manifest.shortestBegun || !LETTERS.test(word)) return [];
    const longer = (await beginningWith(manifest, word)).filter(({ form }) => form !== word && LETTERS.test(form));
    longer.sort((a, b) => b.often - a.often || a.form.length - b.form.length);
    await load(manifest.spelt);
    return longer.slice(0, most).map(({ form }) => form);
  }

  // A form as people write it, and as a query has to be written to mean it; only where it has to be said, so only then the file is there.
  function written(manifest, form) {
    const spelt = arrived.get(manifest.spelt) || {};
    const paragraph = /^(\p{L}*)§(\d+\p{L}?)(?:nr(\d+))?$/u.exec(form);
    if (paragraph) {
      const [, law, number, nr] = paragraph;
      return (law ? law.toUpperCase() + ' ' : '') + '§ ' + number + (nr ? ' nr. ' + nr : '');
    }
    return Object.prototype.hasOwnProperty.call(spelt, form) ? spelt[form] : unfold(form);
  }

  Object.assign(spejl, { load, loadAs, numbersIn, search, order, ceased, rowOf, textsOf, suggestions, written });
}());
