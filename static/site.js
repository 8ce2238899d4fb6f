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
}());
