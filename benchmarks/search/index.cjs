/* Builds the index of lunr or MiniSearch from the offers' pages, and says how many bytes of the file are the index.

     NODE_PATH=…/node_modules node index.cjs lunr|minisearch PAGES FILE */
'use strict';

const fs = require('fs');
const path = require('path');
const { parse } = require('node-html-parser');

// The same that Pagefind leaves out: engines.py.
const LEFT_OUT = '#historik, nav, .news';

function* textsIn(node) {
  if (node.nodeType === 3) yield node.text.trim();
  else for (const child of node.childNodes) yield* textsIn(child);
}

function* offers(folder) {
  for (const file of fs.readdirSync(folder).sort()) {
    const main = parse(fs.readFileSync(path.join(folder, file), 'utf8')).querySelector('main');
    main.querySelectorAll(LEFT_OUT).forEach((part) => part.remove());
    const name = main.querySelector('h1').text.trim();
    yield { id: path.basename(file, '.html'), name, text: Array.from(textsIn(main)).filter(Boolean).join(' ') };
  }
}

function lunrIndex(documents) {
  const lunr = require('lunr');
  require('lunr-languages/lunr.stemmer.support')(lunr);
  require('lunr-languages/lunr.da')(lunr);
  return lunr(function build() {
    this.use(lunr.da);
    this.ref('id');
    this.field('name', { boost: 10 });
    this.field('text');
    for (const document of documents) this.add(document);
  });
}

function miniSearchIndex(documents) {
  const MiniSearch = require('minisearch');
  const index = new MiniSearch({ fields: ['name', 'text'] });
  for (const document of documents) index.add(document);
  return index;
}

const [engine, pages, file] = process.argv.slice(2);
const names = {};
function* noted() {
  for (const offer of offers(pages)) {
    names[offer.id] = offer.name;
    yield offer;
  }
}
const index = JSON.stringify((engine === 'lunr' ? lunrIndex : miniSearchIndex)(noted()));
fs.writeFileSync(file, '{"names":' + JSON.stringify(names) + ',"index":' + index + '}');
process.stdout.write(String(Buffer.byteLength(index)) + '\n');
