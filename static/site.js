// Every page can be read without this. It fills in what only the edition knows, so that a page changes only when its
// record does, and holds what the other scripts share.
(function () {
  'use strict';

  // As in generator/foreign.py: what turns the direction of a line is left out, and words that are written from the right
  // are isolated, so that a number after a name stays there.
  const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/g;
  const RIGHT = '[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]+';
  const RUN = new RegExp('(' + RIGHT + '(?:[^\\p{L}\\p{N}]*' + RIGHT + ')*)', 'u');

  function isolated(text) {
    return text.replace(TURNS, '').split(RUN)
      .map((part, place) => (place % 2 ? element('bdi', '', document.createTextNode(part)) : part));
  }

  function element(tag, className, ...content) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...content.filter(Boolean).flatMap((part) => (part.nodeType ? part : isolated(String(part)))));
    return made;
  }

  // A page opened as a file, or from a server without https, may have no clipboard but the old one.
  async function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = element('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('udklipsholderen er spærret');
    return undefined;
  }

  window.tilbudsspejl = { element, copy }; // what the other scripts build on

  const edition = window.tilbudsspejlEdition;
  if (!edition) return;
  document.querySelectorAll('[data-edition]').forEach((place) => {
    const time = element('time', '', edition.words);
    time.dateTime = edition.datetime;
    place.append('Data hentet ', time, '.');
  });
  // The only place that knows what time it is: data that nobody renews must not be taken for today's.
  const days = (Date.now() - Date.parse(edition.datetime)) / 864e5;
  const strip = document.querySelector('[data-stale]');
  if (strip && edition.staleAfter && days > edition.staleAfter) {
    const said = 'Data er ' + Math.floor(days).toLocaleString('da') + (days < 2 ? ' dag gamle.' : ' dage gamle.');
    strip.append(element('p', 'in', element('strong', '', said), ' De er hentet ' + edition.words
      + '. Registret kan være ændret siden.'));
  }
}());
