// <dayi-search-box>: a search input with suggestions as you type, on dayi's own pages and on any other.
//
// With a form inside, that form is enhanced where it stands and stays the fallback without JavaScript; without one, the
// element makes its own in a shadow root. Attributes: data-lang (zh-CN, en), data-shortcut ("/" or "ctrl+k"),
// data-placeholder. The pattern is the combobox with a listbox of the ARIA Authoring Practices Guide.

/** Where this module came from is where the service is. */
const SERVICE = new URL(".", import.meta.url);
/** Quiet in the typing before anything is asked, in milliseconds; longer while an input method composes. */
const PAUSE = 120;
const COMPOSING_PAUSE = 450;
const MOST_SUGGESTIONS = 8;
const MOST_RECENT = 5;
const RECENT = "dayi-recent-searches";

const TEXTS = {
  "zh-CN": { label: "搜索", placeholder: "描述你的问题，或粘贴报错信息", all: "查看全部结果", recent: "最近搜索", clear: "清除最近搜索", count: (/** @type {number} */ n) => (n ? `${n} 条建议` : "没有建议"), down: "暂时没有建议，回车可直接搜索" },
  en: { label: "Search", placeholder: "Describe the problem, or paste the error", all: "See all results", recent: "Recent searches", clear: "Clear recent searches", count: (/** @type {number} */ n) => `${n || "No"} suggestion${n === 1 ? "" : "s"}`, down: "No suggestions right now; press Enter to search" },
};

const STYLE = `
.dayi-box{position:relative;display:block}
.dayi-list{position:absolute;inset:calc(100% + 6px) 0 auto;z-index:50;margin:0;padding:6px;list-style:none;max-height:min(70vh,480px);overflow:auto;
border:1px solid var(--line,#d9dde4);border-radius:12px;background:var(--page,Canvas);color:var(--text,CanvasText);box-shadow:0 12px 32px rgb(0 0 0/.16);font:400 15px/1.6 inherit;text-align:start}
.dayi-list[hidden]{display:none}
.dayi-list [role=option]{display:flex;gap:10px;align-items:baseline;padding:8px 12px;border-radius:8px;cursor:pointer;color:inherit;overflow-wrap:anywhere}
.dayi-list [role=option][aria-selected=true],.dayi-list [role=option]:hover{background:color-mix(in srgb,var(--accent,#1f5eff) 12%,transparent)}
.dayi-list .dayi-all{color:var(--accent-text,#1a4fd8)}
.dayi-list .dayi-title{padding:6px 12px 2px;font-size:13px;color:var(--quiet,GrayText)}
.dayi-say{position:absolute;width:1px;height:1px;margin:-1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
form.dayi-own{display:flex;gap:8px;margin:0}
.dayi-own input{flex:1;min-width:0;height:44px;padding:0 14px;font:inherit;color:inherit;border:1px solid var(--line,#c9cfd9);border-radius:10px;background:var(--page,Canvas)}
.dayi-own button{height:44px;padding:0 18px;font:inherit;border:0;border-radius:10px;background:var(--accent,#1f5eff);color:#fff;cursor:pointer}
.dayi-own :focus-visible{outline:2px solid var(--accent,#1f5eff);outline-offset:2px}
@media (prefers-reduced-motion:no-preference){.dayi-list{animation:dayi-in .12s ease-out}@keyframes dayi-in{from{opacity:0;translate:0 -4px}}}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;
let boxes = 0;

/** @typedef {{ text: string, url: string, kind: "question" | "query" | "recent" | "all" | "clear" }} Option */

class DayiSearchBox extends HTMLElement {
  /** @type {HTMLInputElement} */ input = /** @type {any} */ (undefined);
  /** @type {HTMLUListElement} */ list = /** @type {any} */ (undefined);
  /** @type {HTMLElement} */ status = /** @type {any} */ (undefined);
  /** @type {AbortController | undefined} */ #asking;
  /** @type {AbortController | undefined} */ #life;
  /** @type {number | undefined} */ #timer;
  /** @type {Option[]} */ #options = [];
  #selected = -1;
  #typed = "";
  #composing = false;

  connectedCallback() {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#build();
    const { input } = this;
    input.addEventListener("input", () => this.#typing(), { signal });
    input.addEventListener("focus", () => input.value || this.#showRecent(), { signal });
    input.addEventListener("keydown", (event) => this.#key(event), { signal });
    input.addEventListener("blur", () => this.#close(), { signal });
    input.addEventListener("compositionstart", () => (this.#composing = true), { signal });
    input.addEventListener("compositionend", () => { this.#composing = false; this.#typing(); }, { signal });
    input.form?.addEventListener("submit", () => { this.#remember(input.value); this.#close(); }, { signal });
    // The focus stays in the input; a pressed option acts on click.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault(), { signal });
    this.list.addEventListener("click", (event) => {
      const option = /** @type {Element} */ (event.target).closest("[role=option]");
      if (option) this.#take(Number(option.getAttribute("data-at")), event);
    }, { signal });
    const shortcut = this.dataset.shortcut;
    if (shortcut) document.addEventListener("keydown", (event) => this.#shortcut(event, shortcut), { signal });
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#life = undefined;
    this.#asking?.abort();
    clearTimeout(this.#timer);
  }

  get #texts() {
    const language = this.dataset.lang || this.closest("[lang]")?.getAttribute("lang") || document.documentElement.lang;
    return language.toLowerCase().startsWith("en") ? TEXTS.en : TEXTS["zh-CN"];
  }

  #build() {
    if (this.list) {
      this.list.remove();
      this.status.remove();
      this.#buildList();
      return;
    }
    sheet ??= new CSSStyleSheet();
    if (!sheet.cssRules.length) sheet.replaceSync(STYLE);
    const inside = this.querySelector("input[name=q]");
    const root = inside ? document : this.attachShadow({ mode: "open" });
    if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets = [...root.adoptedStyleSheets, sheet];
    if (inside) {
      this.input = /** @type {HTMLInputElement} */ (inside);
    } else {
      const form = document.createElement("form");
      form.className = "dayi-own";
      form.action = new URL("search", SERVICE).href;
      form.setAttribute("role", "search");
      form.setAttribute("part", "form");
      this.input = document.createElement("input");
      this.input.name = "q";
      this.input.type = "search";
      this.input.maxLength = 512;
      this.input.setAttribute("part", "input");
      this.input.placeholder = this.dataset.placeholder || this.#texts.placeholder;
      this.input.setAttribute("aria-label", this.#texts.label);
      const button = document.createElement("button");
      button.textContent = this.#texts.label;
      button.setAttribute("part", "button");
      form.append(this.input, button);
      /** @type {ShadowRoot} */ (root).append(form);
    }
    this.#buildList();
  }

  #buildList() {
    const id = `dayi-list-${++boxes}`;
    const { input } = this;
    this.list = document.createElement("ul");
    this.list.id = id;
    this.list.className = "dayi-list";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("part", "list");
    this.list.setAttribute("aria-label", this.#texts.label);
    this.status = document.createElement("span");
    this.status.className = "dayi-say";
    this.status.setAttribute("role", "status");
    const around = /** @type {HTMLElement} */ (input.form ?? input.parentElement);
    around.style.position ||= "relative";
    around.append(this.list, this.status);
    input.autocomplete = "off";
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id })) input.setAttribute(name, value);
  }

  #typing() {
    this.#typed = this.input.value;
    this.#asking?.abort();
    clearTimeout(this.#timer);
    if (!this.#typed.trim()) return this.#composing ? undefined : this.#showRecent();
    // Pinyin on its way to characters is no question yet. Keyboards of Android compose every word, Latin too.
    if (this.#composing && !/Android/.test(navigator.userAgent)) return;
    this.#timer = setTimeout(() => this.#ask(this.#typed), this.#composing ? COMPOSING_PAUSE : PAUSE);
  }

  /** @param {string} typed */
  async #ask(typed) {
    const asking = (this.#asking = new AbortController());
    const address = new URL(`api/v1/suggest?limit=${MOST_SUGGESTIONS}&q=${encodeURIComponent(typed)}`, SERVICE);
    try {
      const answer = await fetch(address, { signal: asking.signal, credentials: "omit" });
      if (!answer.ok) throw new Error(`${answer.status}`);
      /** @type {{ suggestions: { text: string, id: string | null, url: string }[] }} */
      const { suggestions } = await answer.json();
      if (asking.signal.aborted) return;
      /** @type {Option[]} */
      const options = suggestions.map(({ text, id, url }) => ({ text, url: new URL(url, SERVICE).href, kind: id ? "question" : "query" }));
      options.push({ text: this.#texts.all, url: this.#searchAddress(typed), kind: "all" });
      this.#show(options);
      this.#say(this.#texts.count(suggestions.length));
    } catch (error) {
      if (asking.signal.aborted) return;
      this.#close();
      this.#say(this.#texts.down);
      if (error instanceof TypeError && SERVICE.origin !== location.origin) {
        console.warn(`dayi: ${SERVICE.origin} did not answer ${location.origin}. Add this origin to cors_origins there, or check that the service is up.`);
      }
    }
  }

  /** @param {string} typed */
  #searchAddress(typed) {
    return new URL(`search?q=${encodeURIComponent(typed)}`, SERVICE).href;
  }

  #showRecent() {
    const recent = recentSearches();
    if (!recent.length) return this.#close();
    /** @type {Option[]} */
    const options = recent.map((text) => ({ text, url: this.#searchAddress(text), kind: "recent" }));
    this.#show([...options, { text: this.#texts.clear, url: "", kind: "clear" }], this.#texts.recent);
  }

  /** @param {Option[]} options @param {string} [title] */
  #show(options, title) {
    this.#options = options;
    const items = options.map(({ text, kind }, at) => {
      const item = document.createElement("li");
      item.id = `${this.list.id}-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.setAttribute("data-at", String(at));
      item.setAttribute("part", "option");
      if (kind === "all" || kind === "clear") item.className = "dayi-all";
      item.textContent = text;
      return item;
    });
    if (title) {
      const head = document.createElement("li");
      head.className = "dayi-title";
      head.setAttribute("role", "presentation");
      head.textContent = title;
      items.unshift(head);
    }
    this.list.replaceChildren(...items);
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.#select(-1);
  }

  #close() {
    this.#asking?.abort();
    clearTimeout(this.#timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.#select(-1);
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
    // Keys that end a composition belong to the input method; Safari tells only by the code 229.
    if (event.isComposing || this.#composing || event.keyCode === 229) return;
    const { length } = this.#options;
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.#close();
    } else if (event.key === "ArrowDown" && this.list.hidden) {
      event.preventDefault();
      if (this.input.value.trim()) this.#ask(this.input.value);
      else this.#showRecent();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && length) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      // Before the first and behind the last is the input itself.
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
    if (option.kind === "clear") {
      forgetSearches();
      this.#close();
      return;
    }
    this.#remember(option.kind === "all" ? this.#typed : option.kind === "question" ? "" : option.text);
    this.#close();
    location.assign(option.url);
  }

  /** @param {string} text */
  #remember(text) {
    const kept = text.trim();
    if (kept) store([kept, ...recentSearches().filter((other) => other !== kept)].slice(0, MOST_RECENT));
  }

  /** @param {KeyboardEvent} event @param {string} shortcut */
  #shortcut(event, shortcut) {
    const wanted = shortcut === "ctrl+k" ? (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" : event.key === shortcut && !event.ctrlKey && !event.metaKey && !event.altKey;
    const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
    const typesText = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
    if (!wanted || event.defaultPrevented || (typesText && shortcut !== "ctrl+k")) return;
    event.preventDefault();
    this.input.focus();
    this.input.select();
  }

  /** @param {string} text */
  #say(text) {
    this.status.textContent = text;
  }
}

/** @returns {string[]} */
function recentSearches() {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

/** @param {string[]} searches */
function store(searches) {
  try {
    localStorage.setItem(RECENT, JSON.stringify(searches));
  } catch {
    // Storage is full or forbidden: recent searches are a convenience.
  }
}

function forgetSearches() {
  try {
    localStorage.removeItem(RECENT);
  } catch {
    // As above.
  }
}

if (!customElements.get("dayi-search-box")) customElements.define("dayi-search-box", DayiSearchBox);
