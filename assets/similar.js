// Answers that are about what is being asked, while it is typed into a form for the experts. There is room for them below
// the text, so that nothing moves. Only the first line is looked for; it is not logged.

import { make } from "./dom.js";
import { textsOf } from "./options.js";
import { SERVICE, ask } from "./service.js";

/** @import { Texts } from "./options.js" */

/** How long a pause in typing is, in milliseconds. */
const PAUSE = 400;
/** Characters that are looked for. */
const SHORTEST = 4;
const LONGEST = 200;

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of similar */ };

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.ask"))) {
  const place = /** @type {HTMLElement | null} */ (form.querySelector(".alike"));
  const field = form.elements.namedItem("question");
  if (place && field instanceof HTMLTextAreaElement) follow(field, place);
}

/** Shows in `place` what is similar to the text of `field`. @param {HTMLTextAreaElement} field @param {HTMLElement} place */
function follow(field, place) {
  const texts = textsOf(place, TEXTS);
  const said = make("span.visually-hidden", { role: "status" });
  const shown = make("div", {}, make("p", {}, texts.hint));
  place.replaceChildren(shown, said);
  place.classList.add("on");
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let pause;
  /** @type {AbortController | undefined} */
  let running;
  let looked = "";

  const look = async () => {
    const line = firstLine(field.value);
    if (line === looked) return;
    looked = line;
    running?.abort();
    running = new AbortController();
    if (line.length < SHORTEST) return show([make("p", {}, texts.hint)], "");
    try {
      const found = await ask(`api/v1/search?typing=true&per_page=3&q=${encodeURIComponent(line)}`, { signal: running.signal });
      const hits = found.answer_state === "none" ? [] : found.hits;
      if (hits.length) show([make("p", {}, found.answer_state === "answered" ? texts.answered : texts.related), links(hits)], texts.count.replace("{}", `${hits.length}`));
      else show([make("p", {}, texts.none)], "");
    } catch {
      // A newer text has its own search; else the same text may be looked up again.
      if (looked !== line) return;
      looked = "";
      show([make("p", {}, texts.hint)], "");
    }
  };
  const wait = (/** @type {Event} */ event) => {
    clearTimeout(pause);
    if (!(event instanceof InputEvent && event.isComposing)) pause = setTimeout(look, PAUSE);
  };
  /** @param {HTMLElement[]} parts @param {string} announcement */
  const show = (parts, announcement) => {
    shown.replaceChildren(...parts);
    said.textContent = announcement;
  };
  field.addEventListener("input", wait);
  field.addEventListener("compositionend", wait);
}

/** Links to answers, in a new tab: what was typed stays here. @param {{ url: string, title: string }[]} hits */
function links(hits) {
  return make("ul", {}, ...hits.map(({ url, title }) => make("li", {}, make("a", { href: new URL(url, SERVICE).href, target: "_blank", rel: "noopener" }, title))));
}

/** @param {string} text */
function firstLine(text) {
  return (text.split("\n").find((line) => line.trim()) ?? "").trim().slice(0, LONGEST);
}
