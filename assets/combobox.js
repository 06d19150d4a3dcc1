// Suggestions under an input while one types: the combobox with a listbox of the ARIA Authoring Practices Guide, which
// waits for input methods and takes pasted logs. The search box and the widget are built on it.

import { make } from "./dom.js";
import { ask } from "./service.js";

/** How long typing must pause before suggestions are fetched, in milliseconds; longer while an input method composes. */
const PAUSE = 120;
const COMPOSING_PAUSE = 450;
const MOST_SUGGESTIONS = 8;
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
/** @typedef {{ text: string, url: string, kind: "question" | "query" | "recent" | "all" | "clear" }} Option */
/** @typedef {{ name?: string | null, options: Option[] }} Group options, under the name of their group if it has one */

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
   * @param {HTMLInputElement | HTMLTextAreaElement} input a text area keeps its own role
   * @param {Element} around the element that the list and the announcements are appended to
   * @param {Record<string, string>} texts with `label`, `count`, `noCount` and `down`
   * @param {object} owner
   * @param {(suggestions: Suggestion[], typed: string) => Group[]} owner.found turns suggestions into groups of options
   * @param {(option: Option, event: Event) => void} owner.take is called with the chosen option
   * @param {() => void} [owner.empty] is called when the input is empty
   * @param {(input: any) => string} [owner.textOf] reads the input
   * @param {AbortSignal} [owner.signal] removes the combobox
   */
  constructor(input, around, texts, { found, take, empty = () => this.close(), textOf = ({ value }) => value.trim(), signal }) {
    this.input = input;
    this.texts = texts;
    this.owner = { found, take, empty, textOf };
    const id = `dayi-list-${++boxes}`;
    this.list = make("div.dayi-list", { id, role: "listbox", part: "list", "aria-label": texts.label, hidden: true });
    this.status = make("span.dayi-say", { role: "status" });
    around.append(this.list, this.status);
    input.autocomplete = "off";
    for (const [name, value] of Object.entries({ "aria-autocomplete": "list", "aria-controls": id })) input.setAttribute(name, value);
    if (this.#isLine) {
      input.setAttribute("role", "combobox");
      input.setAttribute("aria-expanded", "false");
    }
    input.addEventListener("input", () => this.#typing(), { signal });
    input.addEventListener("keydown", (event) => this.#key(/** @type {KeyboardEvent} */ (event)), { signal });
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

  /** Whether the input has one line, which the arrow keys do not move in. */
  get #isLine() {
    return this.input.localName === "input";
  }

  /** The text of the input as it was typed or pasted. */
  get text() {
    return this.owner.textOf(this.input);
  }

  /** @param {Group[]} groups in the order shown, because the arrow keys follow it */
  show(groups) {
    this.#options = groups.flatMap(({ options }) => options);
    if (!this.#options.length) return this.close();
    this.list.replaceChildren(...this.#items(groups));
    this.list.hidden = false;
    this.#select(-1);
  }

  close() {
    this.#asking?.abort();
    clearTimeout(this.#timer);
    this.list.hidden = true;
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
      this.show(this.owner.found(suggestions, typed));
      this.say(suggestions.length ? this.texts.count.replace("{}", `${suggestions.length}`) : this.texts.noCount);
    } catch {
      if (signal.aborted) return;
      this.close();
      this.say(this.texts.down);
    }
  }

  /** @param {Group[]} groups */
  #items(groups) {
    const ids = this.list.id;
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
    if (this.#isLine) this.input.setAttribute("aria-expanded", String(!this.list.hidden));
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
    } else if (event.key === "ArrowDown" && this.list.hidden && (this.#isLine || this.input.selectionEnd === this.input.value.length)) {
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

/** Whether a text is more than a question that is being typed. @param {string} text */
export function isPasted(text) {
  return text.length > LONGEST_TYPED || text.includes("\n");
}
