// The asks of this browser: keeps the address of each that was sent from here, and lists on /ask what became of them. The
// addresses are in the storage of this site; the widget has those of another page in the storage of that page.

import { make } from "./dom.js";
import { textsOf } from "./options.js";
import { Refusal, ask } from "./service.js";

/** @import { Texts } from "./options.js" */

const KEPT = "dayi-my-asks";
/** Asks kept, at most; the oldest go first. */
const MOST_KEPT = 20;
/** Characters of a question that are kept. */
const LONGEST = 120;
const STATES = ["new", "in_work", "answered", "dismissed"];

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of mine */ };

/** @typedef {{ path: string, question: string }} KeptAsk the path of its receipt, and how it begins */

/** @returns {KeptAsk[]} the latest first */
function keptAsks() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    const isAsk = (/** @type {any} */ one) => /^\/asks\/[0-9a-f]+$/.test(one?.path) && typeof one.question === "string";
    return Array.isArray(kept) ? kept.filter(isAsk).slice(0, MOST_KEPT) : [];
  } catch {
    return [];
  }
}

/** @param {KeptAsk[]} asks */
function store(asks) {
  try {
    localStorage.setItem(KEPT, JSON.stringify(asks.slice(0, MOST_KEPT)));
  } catch {
    // Storage is full or forbidden: the visitor still has the address.
  }
}

/** Every ask but the one at a path. @param {string} path */
const others = (path) => keptAsks().filter((other) => other.path !== path);

const sent = /** @type {HTMLElement | null} */ (document.querySelector("[data-ask][data-sent]"));
if (sent) {
  const path = sent.dataset.ask ?? "";
  store([{ path, question: (sent.textContent ?? "").slice(0, LONGEST) }, ...others(path)]);
  // What is copied from the address bar says nothing of when it was sent.
  history.replaceState(history.state, "", path);
}

const place = /** @type {HTMLElement | null} */ (document.querySelector(".mine"));
if (place && keptAsks().length) list(place, textsOf(place, TEXTS));

/** @param {HTMLElement} place @param {Record<string, string>} texts */
function list(place, texts) {
  const rows = keptAsks().map((one) => row(one, texts));
  const heading = make("h2", { tabindex: -1 }, texts.title);
  const asks = make("ul.questions", {}, ...rows);
  asks.addEventListener("click", (event) => {
    const button = event.target instanceof Element && event.target.closest("button");
    if (!button) return;
    store(others(button.value));
    button.closest("li")?.remove();
    if (asks.firstChild) heading.focus();
    else place.replaceChildren();
  });
  place.replaceChildren(heading, make("p.meta", {}, texts.about), asks);
}

/** @param {KeptAsk} kept @param {Record<string, string>} texts */
function row({ path, question }, texts) {
  const state = make("span.tag");
  const link = make("a.title", { href: path }, question);
  const remove = make("button.quiet-button", { type: "button", value: path, "aria-label": `${texts.remove} ${question}` }, texts.remove);
  ask(`api/v1${path}`).then(
    (found) => {
      state.textContent = STATES.includes(found.state) ? texts[found.state] : "";
      state.classList.toggle("good", found.state === "answered");
      if (found.answer) state.after(make("a", { href: found.answer.url }, found.answer.title));
    },
    (error) => (state.textContent = error instanceof Refusal && error.status === 404 ? texts.gone : texts.failed),
  );
  return make("li", {}, link, make("p.meta", {}, state, remove));
}
