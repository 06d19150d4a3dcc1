// Suggestions under an input while one types: the combobox with a listbox of the ARIA Authoring Practices Guide, which
// waits for input methods and takes pasted logs. The search box and the widget are built on it.

import { make } from "./dom.js";
import { ask } from "./service.js";

/** How long typing must pause before suggestions are fetched, in milliseconds; longer while an input method composes. */
const PAUSE = 120;
const COMPOSING_PAUSE = 450;
const MOST_SUGGESTIONS = 8;
/** Stands for a line break in an input, which has none of its own. */
const BREAK = "↵";
/** Characters of a text that is still a question being typed, at most. */
const LONGEST_TYPED = 200;
/** Android keyboards compose every word, also Latin ones, so there a composition counts as typing. */
const COMPOSES_EVERYTHING = /Android/.test(navigator.userAgent);

export const LIST_STYLE = `
.dayi-list{position:absolute;inset:calc(100% + 6px) 0 auto;z-index:50;margin:0;padding:6px;max-height:min(70vh,480px);overflow:auto;
border:1px solid var(--line,#d9dde4);border-radius:12px;background:var(--page,Canvas);color:var(--text,CanvasText);box-shadow:0 12px 32px rgb(0 0 0/.16);font-size:15px;font-weight:400;line-height:1.6;text-align:start}
.dayi-list[hidden]{display:none}
.dayi-list [role=option]{padding:8px 12px;border-radius:8px;cursor:pointer;color:inherit;overflow-wrap:anywhere}
.dayi-list [role=option][aria-selected=true],.dayi-list [role=option]:hover{background:color-mix(in srgb,var(--accent,#1f5eff) 12%,transparent)}
.dayi-list .dayi-all{color:var(--accent-text,#1a4fd8)}
.dayi-list .dayi-title{padding:6px 12px 2px;font-size:13px;color:var(--quiet,GrayText)}
.dayi-say{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:no-preference){.dayi-list{animation:dayi-in .12s ease-out}@keyframes dayi-in{from{opacity:0;translate:0 -4px}}}`;

/** @typedef {{ text: string, id: string | null, url: string, tag: string | null }} Suggestion */
/** @typedef {{ text: string, url: string, kind: "question" | "query" | "recent" | "all" | "clear", group?: string | null }} Option */

let boxes = 0;

export class Combobox {
  /** The text that the options are for. */
  typed = "";
  /** @type {AbortController | undefined} */ #asking;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {Option[]} */ #options = [];
  #selected = -1;
  #composing = false;

  /**
   * @param {HTMLInputElement} input
   * @param {Element} around the element that the list and the announcements are appended to
   * @param {Record<string, string>} texts with `label`, `count`, `noCount` and `down`
   * @param {object} owner
   * @param {(suggestions: Suggestion[], typed: string) => Option[]} owner.found turns suggestions into options
   * @param {(option: Option, event: Event) => void} owner.take is called with the chosen option
   * @param {() => void} [owner.empty] is called when the input is empty
   * @param {AbortSignal} [owner.signal] removes the combobox
   */
  constructor(input, around, texts, { found, take, empty = () => this.close(), signal }) {
    this.input = input;
    this.texts = texts;
    this.owner = { found, take, empty };
    const id = `dayi-list-${++boxes}`;
    this.list = make("div.dayi-list", { id, role: "listbox", part: "list", "aria-label": texts.label, hidden: true });
    this.status = make("span.dayi-say", { role: "status" });
    around.append(this.list, this.status);
    input.autocomplete = "off";
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id })) input.setAttribute(name, value);
    keepLineBreaks(input, signal);
    input.addEventListener("input", () => this.#typing(), { signal });
    input.addEventListener("keydown", (event) => this.#key(event), { signal });
    input.addEventListener("blur", () => this.close(), { signal });
    input.addEventListener("compositionstart", () => (this.#composing = true), { signal });
    input.addEventListener("compositionend", () => { this.#composing = false; this.#typing(); }, { signal });
    // The focus stays in the input; a pressed option acts on click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.list.addEventListener("click", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.#take(Number(option.getAttribute("data-at")), event);
    }, { signal });
    signal?.addEventListener("abort", () => {
      this.close();
      this.list.remove();
      this.status.remove();
    });
  }

  /** Whether the input method handles this key, such as the key that ends a composition. Safari marks such a key only by
   * the code 229.
   * @param {KeyboardEvent} event */
  isComposing(event) {
    return event.isComposing || event.keyCode === 229 || this.unfinished;
  }

  /** Whether the input method is still composing the text of the input. */
  get unfinished() {
    return this.#composing && !COMPOSES_EVERYTHING;
  }

  /** The text of the input as it was typed or pasted. */
  get text() {
    return textOf(this.input);
  }

  /** @param {Option[]} options @param {string} [title] */
  show(options, title) {
    const items = this.#items(options);
    if (title) items.unshift(make("div.dayi-title", { role: "presentation" }, title));
    this.list.replaceChildren(...items);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#select(-1);
  }

  close() {
    this.#asking?.abort();
    clearTimeout(this.#timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.#select(-1);
  }

  /** @param {string} text */
  say(text) {
    this.status.textContent = text;
  }

  #typing() {
    this.typed = this.text;
    this.#asking?.abort();
    clearTimeout(this.#timer);
    // Options of an earlier text may still be shown. They are deselected, so that Enter searches for the present text.
    this.#select(-1);
    if (!this.typed) return this.unfinished ? undefined : this.owner.empty();
    // Unfinished pinyin is not a question yet.
    if (this.unfinished) return;
    this.#timer = setTimeout(() => this.#ask(), this.#composing ? COMPOSING_PAUSE : PAUSE);
  }

  async #ask() {
    const { typed } = this;
    // Nothing continues a pasted log.
    if (isPasted(typed)) return this.close();
    const { signal } = (this.#asking = new AbortController());
    try {
      /** @type {{ suggestions: Suggestion[] }} */
      const { suggestions } = await ask(`api/v1/suggest?limit=${MOST_SUGGESTIONS}&q=${encodeURIComponent(typed)}`, { signal });
      if (signal.aborted) return;
      const options = this.owner.found(suggestions, typed);
      if (options.length) this.show(options);
      else this.close();
      this.say(suggestions.length ? this.texts.count.replace("{}", `${suggestions.length}`) : this.texts.noCount);
    } catch {
      if (signal.aborted) return;
      this.close();
      this.say(this.texts.down);
    }
  }

  /** @param {Option[]} options */
  #items(options) {
    const ids = this.list.id;
    // In the order shown, because the arrow keys follow it.
    const groups = grouped(options);
    this.#options = groups.flatMap((group) => group.options);
    let at = 0;
    return groups.flatMap(({ name, options }) => {
      const items = options.map(({ text, kind }) => make(kind === "all" || kind === "clear" ? "div.dayi-all" : "div", { id: `${ids}-${at}`, role: "option", part: "option", "aria-selected": "false", "data-at": at++ }, text));
      if (!name) return items;
      const id = `${ids}-of-${at}`;
      return [make("div", { role: "group", "aria-labelledby": id }, make("div.dayi-title", { id, role: "presentation" }, name), ...items)];
    });
  }

  /** @param {number} at */
  #select(at) {
    this.#selected = at;
    for (const item of this.list.querySelectorAll("[role=option]")) {
      const selected = item.getAttribute("data-at") === String(at);
      item.setAttribute("aria-selected", String(selected));
      if (selected) item.scrollIntoView({ block: "nearest" });
    }
    if (at < 0) this.input.removeAttribute("aria-activedescendant");
    else this.input.setAttribute("aria-activedescendant", `${this.list.id}-${at}`);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (this.isComposing(event)) return;
    const { length } = this.#options;
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "ArrowDown" && this.list.hidden) {
      event.preventDefault();
      this.typed = this.text;
      if (this.typed) this.#ask();
      else this.owner.empty();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && length && !this.list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Before the first option and after the last one comes the input itself.
      this.#select(((this.#selected + 1 + step + (length + 1)) % (length + 1)) - 1);
    } else if (event.key === "Enter" && this.#selected >= 0) {
      this.#take(this.#selected, event);
    }
  }

  /** @param {number} at @param {Event} event */
  #take(at, event) {
    const option = this.#options[at];
    if (!option) return;
    event.preventDefault();
    this.close();
    this.owner.take(option, event);
  }
}

/**
 * Options by their group, groups in the order of their best option; ungrouped if every group would have one option only.
 * @param {Option[]} options
 * @returns {{ name?: string | null, options: Option[] }[]}
 */
function grouped(options) {
  const groups = Map.groupBy(options.filter((option) => option.kind === "question"), (option) => option.group ?? null);
  const named = [...groups.keys()].filter(Boolean).length;
  if (named < 2 || ![...groups].some(([name, { length }]) => name && length > 1)) return [{ options }];
  return [...[...groups].map(([name, options]) => ({ name, options })), { options: options.filter((option) => option.kind !== "question") }];
}

/** Keeps the line breaks of what is pasted or dropped into an input of one line. @param {HTMLInputElement} input @param {AbortSignal} [signal] */
function keepLineBreaks(input, signal) {
  for (const kind of ["paste", "drop"]) input.addEventListener(kind, (event) => insert(input, event), { signal });
}

/** @param {HTMLInputElement} input @param {any} event */
function insert(input, event) {
  const text = (event.clipboardData ?? event.dataTransfer)?.getData("text").trim() ?? "";
  const line = text.replaceAll(/\r\n?|\n/g, BREAK);
  if (line === text) return;
  event.preventDefault();
  input.focus();
  // As if it were typed, so that it can be undone.
  if (document.execCommand("insertText", false, line)) return;
  input.setRangeText(line);
  input.dispatchEvent(new Event("input"));
}

/** The text of an input, with its line breaks. @param {HTMLInputElement} input */
function textOf(input) {
  return input.value.replaceAll(BREAK, "\n").trim();
}

/** Whether a text is more than a question that is being typed. @param {string} text */
export function isPasted(text) {
  return text.length > LONGEST_TYPED || text.includes("\n");
}
