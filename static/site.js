// Every page can be read without this. It fills in what only the edition knows, so that a page changes only when its
// record does, and holds what the other scripts share.

/** @typedef {Node | string | number | null | undefined} Content What an element holds; what is empty is left out. */

const tilbudsspejl = (function () {
  'use strict';

  // As in generator/foreign.py: what turns the direction of a line is left out, and words that are written from the
  // right are isolated, so that a number after a name stays there.
  const TURNS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f]/g;
  const RIGHT = '[\\u0590-\\u08ff\\ufb1d-\\ufdff\\ufe70-\\ufefc\\u{10800}-\\u{10fff}\\u{1e800}-\\u{1efff}]+';
  const RUN = new RegExp('(' + RIGHT + '(?:[^\\p{L}\\p{N}]*' + RIGHT + ')*)', 'u');

  /** @type {(text: string) => (Node | string)[]} */
  function isolated(text) {
    return text.replace(TURNS, '').split(RUN)
      .map((part, place) => (place % 2 ? element('bdi', '', document.createTextNode(part)) : part));
  }

  /**
   * @template {keyof HTMLElementTagNameMap} Tag
   * @param {Tag} tag
   * @param {string} [className]
   * @param {Content[]} content
   */
  function element(tag, className, ...content) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.append(...content.filter(Boolean).flatMap((part) => (part instanceof Node ? part : isolated(String(part)))));
    return made;
  }

  /** @type {(selector: string, root?: ParentNode) => HTMLElement[]} */
  function all(selector, root = document) {
    return Array.from(root.querySelectorAll(selector));
  }

  /**
   * The page's element of that name, which the script can't do without.
   * @template {HTMLElement} Kind
   * @param {string} id
   * @param {new () => Kind} kind
   */
  function byId(id, kind) {
    const found = document.getElementById(id);
    if (!(found instanceof kind)) throw new Error('siden mangler #' + id);
    return found;
  }

  // A page opened as a file, or from a server without https, may have no clipboard but the old one.
  /** @type {(text: string) => Promise<void>} */
  async function copy(text) {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(text);
      return;
    }
    const area = element('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (!done) throw new Error('udklipsholderen er spærret');
  }

  // Data come as classic scripts, since a page opened as a file may load nothing else. Such a script hands over what it
  // holds by a call of its kind's name, and its `load` follows before any other script runs.
  /** @type {Map<string, Promise<unknown>>} */
  const loading = new Map();
  /** @type {unknown} */
  let received;

  /** @type {(data: unknown) => void} */
  function receive(data) {
    received = data;
  }

  // Each file once; what could not be loaded is tried again by whoever asks next.
  /** @type {(address: string) => Promise<unknown>} */
  function load(address) {
    const begun = loading.get(address);
    if (begun) return begun;
    const asked = new Promise((resolve, reject) => {
      const script = element('script');
      const end = () => {
        script.remove();
        const data = received;
        received = undefined;
        // A server may answer for a file that is not there with a page: then nothing has been received.
        if (data !== undefined) {
          resolve(data);
        } else {
          loading.delete(address);
          reject(new Error(address));
        }
      };
      script.src = address;
      script.fetchPriority = 'high'; // a script added later is otherwise the last that a browser fetches
      script.onload = end;
      script.onerror = end;
      document.head.append(script);
    });
    loading.set(address, asked);
    return asked;
  }

  /** @type {Intl.DateTimeFormat | undefined} */
  let danish;

  // "4. marts 2021"
  /** @type {(iso: string) => string} */
  function dayWords(iso) {
    danish = danish || new Intl.DateTimeFormat('da', { dateStyle: 'long', timeZone: 'UTC' });
    return danish.format(new Date(iso + 'T00:00:00Z'));
  }

  /** @type {(edition: Edition) => void} */
  function tellEdition(edition) {
    all('[data-edition]').forEach((place) => {
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
  }

  if (window.tilbudsspejlEdition) tellEdition(window.tilbudsspejlEdition);

  return { element, all, byId, copy, receive, load, dayWords };
}());
