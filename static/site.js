// Every page can be read without this. It fills in what only the edition knows, so that a page changes only when its record does.
(function () {
  'use strict';
  var edition = window.tilbudsspejlEdition;
  if (!edition) { return; }
  Array.prototype.forEach.call(document.querySelectorAll('[data-edition]'), function (place) {
    var time = document.createElement('time');
    time.dateTime = edition.datetime;
    time.textContent = edition.words;
    place.append('Data hentet ', time, '.');
  });
  // The only place that knows what time it is: data that nobody renews must not be taken for today's.
  var days = (Date.now() - Date.parse(edition.datetime)) / 864e5;
  var strip = document.querySelector('[data-stale]');
  if (strip && edition.staleAfter && days > edition.staleAfter) {
    var said = document.createElement('p');
    var strong = document.createElement('strong');
    said.className = 'in';
    strong.textContent = 'Data er ' + Math.floor(days).toLocaleString('da') + (days < 2 ? ' dag gamle.' : ' dage gamle.');
    said.append(strong, ' De er hentet ' + edition.words + '. Registret kan være ændret siden.');
    strip.append(said);
  }
}());
