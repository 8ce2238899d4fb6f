/* Narrows the changes on a page to a kind, a municipality, an authority and a paragraph; the choice stands in the
   address. */

/**
 * A text that is told otherwise while something is chosen, and its words when nothing is.
 * @typedef {{ place: Element, words: string }} ToldPlace
 * @typedef {{ li: HTMLElement, lines: HTMLElement[], more: HTMLDetailsElement | null, isOwn: boolean }} ChangedOffer
 * @typedef {{
 *   section: HTMLElement, parts: (ToldPlace | null)[], others: HTMLElement | undefined, offers: ChangedOffer[],
 * }} ChangedDay
 */

(function () {
  'use strict';

  const { all, byId } = tilbudsspejl;
  const form = byId('vaelg', HTMLFormElement);
  const says = all('[role="status"]', form)[0];
  const picks = /** @type {HTMLSelectElement[]} */ (all('select', form));
  const months = all('.pager a').flatMap((link) => {
    const [page, asked] = (link.getAttribute('href') || '').split('?');
    return /\/\d{4}-\d\d[^/]*$/.test(/** @type {HTMLAnchorElement} */ (link).href) ? { link, page, asked } : [];
  });
  /** @type {HTMLAnchorElement | null} */
  const feed = document.querySelector('.pager [type="application/atom+xml"]');
  const ofAll = { href: feed ? feed.getAttribute('href') || '' : '', words: feed ? feed.textContent : '' };
  const days = all('.logday').map(dayOf);

  /** @type {(section: HTMLElement) => ChangedDay} */
  function dayOf(section) {
    const others = all('.others', section)[0];
    const parts = [section.querySelector('h2 small'), others && others.querySelector('summary')];
    return {
      section,
      others,
      parts: parts.map((place) => (place ? { place, words: place.textContent || '' } : null)),
      offers: all('.log > li', section).map((li) => ({
        li,
        lines: all('[data-field]', li),
        more: li.querySelector('details'),
        isOwn: !others || !others.contains(li),
      })),
    };
  }

  /** @type {(pick: HTMLSelectElement, holder: HTMLElement) => boolean} */
  function fits(pick, holder) {
    return !pick.value || (' ' + holder.dataset[pick.name] + ' ').includes(' ' + pick.value + ' ');
  }

  // Shows of an offer what was chosen; returns how many of its changes that is.
  /** @type {(offer: ChangedOffer) => number} */
  function showOffer({ li, lines, more }) {
    const [kind, ...others] = picks;
    const isHere = others.every((pick) => fits(pick, li));
    const kept = lines.filter((line) => {
      line.hidden = !(isHere && fits(kind, line));
      return !line.hidden;
    });
    li.hidden = !kept.length;
    if (more) {
      // What was asked for must not stay folded, nor "og 2 andre" be said of what is alone.
      more.open = Boolean(kind.value);
      more.hidden = !kept.some((line) => more.contains(line));
      all('summary', more)[0].hidden = more.open;
    }
    return kept.length;
  }

  // Returns how many of the changes that are the offers' own are shown.
  /** @type {(day: ChangedDay, isAll: boolean) => number} */
  function showDay({ section, parts, others, offers }, isAll) {
    let own = 0;
    let minor = 0;
    offers.forEach((offer) => {
      const kept = showOffer(offer);
      if (offer.isOwn) own += kept;
      else if (kept) minor += 1;
    });
    section.hidden = !own && !minor;
    if (others) others.hidden = !minor;
    [own + ' af ', 'Ikke ændret af tilbuddene selv: ' + minor + ' tilbud'].forEach((words, place) => {
      const part = parts[place];
      if (part) part.place.textContent = isAll ? part.words : place ? words : words + part.words;
    });
    return own;
  }

  function show() {
    const isAll = picks.every((pick) => !pick.value);
    const shown = days.reduce((sum, day) => sum + showDay(day, isAll), 0);
    const total = days.flatMap(({ offers }) => offers)
      .reduce((sum, { isOwn, lines }) => sum + (isOwn ? lines.length : 0), 0);
    says.textContent = isAll ? '' : 'Viser ' + shown.toLocaleString('da') + ' af ' + total.toLocaleString('da')
      + ' ændringer på siden.';
    window.history.replaceState(null, '', chosen(window.location.pathname) + window.location.hash);
    months.forEach(({ link, page, asked }) => link.setAttribute('href', chosen(page, asked)));
    if (feed) offerFeed(feed, picks.slice(1).filter((pick) => pick.value));
  }

  // A page with what is chosen, and what its address asked for anyway.
  /** @type {(page: string, anyway?: string) => string} */
  function chosen(page, anyway) {
    const asked = new URLSearchParams(anyway);
    picks.forEach((pick) => { if (pick.value) asked.set(pick.name, pick.value); });
    return page + (asked.toString() && '?' + asked);
  }

  // With one municipality, authority or paragraph chosen its own feed is the one to follow.
  /** @type {(link: HTMLAnchorElement, places: HTMLSelectElement[]) => void} */
  function offerFeed(link, places) {
    const [place] = places;
    const isListed = places.length === 1 && place.value !== place.dataset.kept;
    link.href = isListed ? place.name + '/' + place.value + '.xml' : ofAll.href;
    link.textContent = isListed ? 'Følg ændringer: ' + place.selectedOptions[0].text + ' (Atom)' : ofAll.words;
  }

  const asked = new URLSearchParams(window.location.search);
  picks.forEach((pick) => {
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
