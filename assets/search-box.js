// <dayi-search-box>: a search input with suggestions as you type, on dayi's own pages and on any other.
//
// A form inside the element is enhanced in place, and works without JavaScript too. Without a form, the element makes its
// own in a shadow root. Attributes: data-lang (zh-CN, en), data-shortcut ("/" or "ctrl+k"),
// data-placeholder, data-dialog (the shortcut, and Ctrl+K or ⌘K, open the search dialog). The pattern is the combobox with a listbox of the ARIA Authoring Practices Guide.

import { Combobox, LIST_STYLE, isPasted } from "./combobox.js";
import { make, styles } from "./dom.js";
import { fitsAddress, fitting } from "./long-text.js";
import { keepLineBreaks, textOf } from "./one-line.js";
import { isShortcut, textsOf } from "./options.js";
import { forgetSearches, recentSearches, remember } from "./recent.js";
import { SERVICE, load } from "./service.js";

/** @import { Group, Option } from "./combobox.js" */
/** @import { Texts } from "./options.js" */

/** The page of results, which takes what is too long for an address as a form. */
const RESULTS = new URL("search", SERVICE).href;

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of box */ };

const STYLE = `${LIST_STYLE}
form.dayi-own{display:flex;gap:8px;margin:0}
.dayi-own input{flex:1;min-width:0;height:44px;padding:0 14px;font:inherit;color:inherit;border:1px solid var(--line,#c9cfd9);border-radius:10px;background:var(--page,Canvas)}
.dayi-own button{height:44px;padding:0 18px;font:inherit;border:0;border-radius:10px;background:var(--accent,#1f5eff);color:var(--page,#fff);cursor:pointer}
.dayi-own :focus-visible{outline:2px solid var(--accent,#1f5eff);outline-offset:2px}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

class DayiSearchBox extends HTMLElement {
  /** @type {HTMLInputElement} */ #input = /** @type {any} */ (undefined);
  /** @type {Combobox} */ #combobox = /** @type {any} */ (undefined);
  /** @type {AbortController | undefined} */ #life;

  connectedCallback() {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#input ??= this.#build();
    const input = this.#input;
    const around = /** @type {HTMLElement} */ (input.form ?? input.parentElement);
    around.style.position ||= "relative";
    this.#combobox = new Combobox(input, around, this.#texts, {
      found: (suggestions, typed) => grouped([
        ...suggestions.map(({ text, id, url, tag }) => ({ text, url: new URL(url, SERVICE).href, kind: /** @type {Option["kind"]} */ (id ? "question" : "query"), tag })),
        { text: this.#texts.all, url: searchAddress(typed), kind: "all" },
      ]),
      textOf,
      take: (option) => this.#take(option),
      empty: () => this.#showRecent(),
      signal,
    });
    keepLineBreaks(input, signal);
    input.addEventListener("focus", () => input.value || this.#showRecent(), { signal });
    input.form?.addEventListener("submit", () => this.#send(input), { signal });
    input.form?.addEventListener("formdata", ({ formData }) => this.#fill(formData, input), { signal });
    document.addEventListener("keydown", (event) => this.#shortcut(event), { signal });
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#life = undefined;
  }

  get #texts() {
    const texts = textsOf(this, TEXTS);
    return { ...texts, placeholder: this.dataset.placeholder || texts.placeholder };
  }

  /** The input inside the element, or a new one in a shadow root. */
  #build() {
    sheet ??= styles(STYLE);
    const inside = /** @type {HTMLInputElement | null} */ (this.querySelector("input[name=q]"));
    const root = inside ? document : this.attachShadow({ mode: "open" });
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    if (inside) return inside;
    const { label, placeholder } = this.#texts;
    const input = make("input", { name: "q", type: "search", part: "input", placeholder, "aria-label": label });
    const form = make("form.dayi-own", { action: RESULTS, role: "search", part: "form", "aria-label": label }, input, make("button", { part: "button" }, label));
    /** @type {ShadowRoot} */ (root).append(form);
    return input;
  }

  /** What has room in an address is sent in one, so that the results can be linked to. @param {HTMLInputElement} input */
  #send(input) {
    const { text } = this.#combobox;
    if (!isPasted(text)) remember(text);
    this.#combobox.close();
    const { form } = input;
    if (form && new URL(form.action, location.href).href === RESULTS) form.method = fitsAddress(fitting(text).text) ? "get" : "post";
  }

  /** The text with its line breaks, as much of it as is sent. @param {FormData} sent @param {HTMLInputElement} input */
  #fill(sent, input) {
    const { text, isCut } = fitting(this.#combobox.text);
    sent.set(input.name, text);
    if (isCut) sent.set("left_out", "truncated");
  }

  #showRecent() {
    const recent = recentSearches();
    if (!recent.length) return this.#combobox.close();
    const options = recent.map((text) => /** @type {Option} */ ({ text, url: searchAddress(text), kind: "recent" }));
    this.#combobox.show([{ name: this.#texts.recent, options: [...options, { text: this.#texts.clear, url: "", kind: "clear" }] }]);
  }

  /** @param {Option} option */
  #take({ kind, text, url }) {
    if (kind === "clear") return forgetSearches();
    const searched = kind === "all" ? this.#combobox.typed : text;
    if (kind !== "question" && !isPasted(searched)) remember(searched);
    location.assign(url);
  }

  /** @param {KeyboardEvent} event */
  #shortcut(event) {
    if (!isShortcut(event, this.dataset.shortcut) && !(this.dataset.dialog !== undefined && !event.shiftKey && isShortcut(event, "ctrl+k"))) return;
    event.preventDefault();
    if (this.dataset.dialog !== undefined) return this.#openDialog();
    this.#focus();
  }

  /** Opens the search dialog, which is loaded now; where it cannot be, this input serves. */
  async #openDialog() {
    try {
      const { dialogOf } = await load("./search-dialog.js", "./sanitize.js");
      dialogOf(this.dataset).open();
    } catch {
      this.#focus();
    }
  }

  #focus() {
    this.#input.focus();
    this.#input.select();
  }
}

/**
 * Options by their tag, tags in the order of their best option; ungrouped if every tag would have one option only.
 * @param {(Option & { tag?: string | null })[]} options
 * @returns {Group[]}
 */
function grouped(options) {
  const groups = Map.groupBy(options.filter((option) => option.kind === "question"), (option) => option.tag ?? null);
  const named = [...groups.keys()].filter(Boolean).length;
  if (named < 2 || ![...groups].some(([name, { length }]) => name && length > 1)) return [{ options }];
  return [...[...groups].map(([name, options]) => ({ name, options })), { options: options.filter((option) => option.kind !== "question") }];
}

/** @param {string} typed */
function searchAddress(typed) {
  return new URL(`search?q=${encodeURIComponent(typed)}`, SERVICE).href;
}

if (!customElements.get("dayi-search-box")) customElements.define("dayi-search-box", DayiSearchBox);
