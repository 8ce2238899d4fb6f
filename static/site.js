// Every page can be read without this. It fills in what only the edition knows, so that a page changes only when its
// record does, and holds what the other scripts share.
(function () {
  'use strict';

  function element(tag, className, ...content) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...content.filter(Boolean));
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
