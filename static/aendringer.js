// Narrows the changes on a page to a kind, a municipality, an authority and a paragraph; the choice stands in the address.
(function () {
  'use strict';
  function all(selector, root) { return Array.from((root || document).querySelectorAll(selector)); }

  const form = document.getElementById('vaelg');
  const says = form.querySelector('[role="status"]');
  const picks = all('select', form);
  const months = all('.pager a').filter((link) => /\/\d{4}-\d\d[^/]*$/.test(link.href)).map(function (link) {
    const [page, asked] = link.getAttribute('href').split('?');
    return { link: link, page: page, asked: asked };
  });
  const feed = document.querySelector('.pager [type="application/atom+xml"]');
  const ofAll = feed && { href: feed.getAttribute('href'), words: feed.textContent };
  const days = all('.logday').map(function (section) {
    const others = section.querySelector('.others');
    return {
      section: section,
      parts: [section.querySelector('h2 small'), others && others.querySelector('summary')].map(function (place) {
        return place && { place: place, words: place.textContent };
      }),
      others: others,
      offers: all('.log > li', section).map(function (li) {
        const more = li.querySelector('details');
        return { li: li, lines: all('[data-field]', li), more: more, isOwn: !others || !others.contains(li) };
      }),
    };
  });

  function fits(pick, holder) {
    return !pick.value || (' ' + holder.dataset[pick.name] + ' ').includes(' ' + pick.value + ' ');
  }

  function show() {
    const kind = picks[0];
    const isAll = picks.every((pick) => !pick.value);
    let shown = 0;
    let total = 0;
    days.forEach(function (day) {
      let own = 0;
      let minor = 0;
      day.offers.forEach(function (offer) {
        const isHere = picks.slice(1).every((pick) => fits(pick, offer.li));
        const kept = offer.lines.filter(function (line) {
          line.hidden = !(isHere && fits(kind, line));
          return !line.hidden;
        });
        offer.li.hidden = !kept.length;
        if (offer.more) {
          // What was asked for must not stay folded, nor "og 2 andre" be said of what is alone.
          offer.more.open = Boolean(kind.value);
          offer.more.hidden = !kept.some((line) => offer.more.contains(line));
          offer.more.firstChild.hidden = offer.more.open;
        }
        if (offer.isOwn) { own += kept.length; total += offer.lines.length; } else if (kept.length) { minor += 1; }
      });
      day.section.hidden = !own && !minor;
      if (day.others) { day.others.hidden = !minor; }
      [own + ' af ', 'Ikke ændret af tilbuddene selv: ' + minor + ' tilbud'].forEach(function (words, place) {
        const part = day.parts[place];
        if (part) { part.place.textContent = isAll ? part.words : place ? words : words + part.words; }
      });
      shown += own;
    });
    says.textContent = isAll ? '' : 'Viser ' + shown.toLocaleString('da') + ' af ' + total.toLocaleString('da') + ' ændringer på siden.';
    window.history.replaceState(null, '', chosen(window.location.pathname) + window.location.hash);
    months.forEach(function (month) { month.link.setAttribute('href', chosen(month.page, month.asked)); });
    if (feed) { offerFeed(picks.slice(1).filter((pick) => pick.value)); }
  }

  // A page with what is chosen, and what its address asked for anyway.
  function chosen(page, anyway) {
    const asked = new URLSearchParams(anyway);
    picks.forEach(function (pick) { if (pick.value) { asked.set(pick.name, pick.value); } });
    return page + (asked.toString() && '?' + asked);
  }

  // With one municipality, authority or paragraph chosen its own feed is the one to follow.
  function offerFeed(places) {
    const [place] = places;
    const isListed = places.length === 1 && place.value !== place.dataset.kept;
    feed.href = isListed ? place.name + '/' + place.value + '.xml' : ofAll.href;
    feed.textContent = isListed ? 'Følg ændringer: ' + place.selectedOptions[0].text + ' (Atom)' : ofAll.words;
  }

  const asked = new URLSearchParams(window.location.search);
  picks.forEach(function (pick) {
    const value = asked.get(pick.name) || '';
    pick.value = value;
    // Kept from a month that has it: the page then says that there is none of it here.
    if (pick.value !== value) {
      pick.add(new Option(value + ' (intet her)', value, false, true));
      pick.dataset.kept = value;
    }
  });
  form.addEventListener('change', show);
  form.hidden = false;
  show();
}());
