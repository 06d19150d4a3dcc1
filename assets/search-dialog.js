// <dayi-search-dialog>: search over questions and answers in a dialog, on dayi's own pages and on any other. Each key
// shows what Enter would find, with the passage that answers beside it where there is room.
//
// Attributes: data-lang (zh-CN, en), data-tag, data-category, data-shortcut ("ctrl+k" unless given, "" for none). An element
// with data-dialog opens it by a click. The pattern is the combobox with a listbox of the ARIA Authoring Practices Guide.

import { isPasted } from "./combobox.js";
import { make, styles } from "./dom.js";
import { fitsAddress, fitting } from "./long-text.js";
import { isShortcut, textsOf } from "./options.js";
import { forgetSearches, recentSearches, remember } from "./recent.js";
import { linkTo, safeNodes } from "./sanitize.js";
import { SERVICE, ask } from "./service.js";

/** @import { Texts } from "./options.js" */
/** @typedef {{ html: string, heading: string, anchor: string }} Passage */
/** @typedef {{ id: string, url: string, title: string, title_html: string, snippet_html: string, passage?: Passage }} Hit */
/** @typedef {{ url: string, row: HTMLElement, hit?: Hit, text?: string, clears?: boolean, searches?: boolean }} Option what a row leads to, or the text that it searches */

const MOST_HITS = 7;
const MOST_SUGGESTED = 4;
/** Characters of a text that a row shows, and that are handed to the form for the experts. */
const LONGEST_SHOWN = 500;

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of dialog */ };

const STYLE = `
:host{--page:light-dark(#fff,#12151c);--raised:light-dark(#f6f7f9,#1a1f29);--line:light-dark(#e3e6eb,#2c3341);--text:light-dark(#1c2230,#e4e8f0);--quiet:light-dark(#5b6475,#9aa5b8);--accent:var(--dayi-accent,light-dark(#1a4fd8,#8fb0ff));--mark:light-dark(#ffecb3,#473a10)}
*{box-sizing:border-box}
dialog{width:min(1040px,calc(100vw - 32px));max-height:min(680px,calc(100dvh - 96px));margin:64px auto auto;padding:0;border:1px solid var(--line);border-radius:16px;background:var(--page);color:var(--text);box-shadow:0 24px 80px rgb(10 20 50/30%);overflow:hidden;font:15px/1.65 system-ui,-apple-system,"Segoe UI","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",sans-serif;text-autospace:normal}
dialog[open]{display:flex;flex-direction:column}
dialog::backdrop{background:rgb(10 15 30/45%)}
.top{display:flex;align-items:center;gap:8px;padding:0 12px 0 18px;border-bottom:1px solid var(--line)}
input{flex:1;min-width:0;height:58px;border:0;outline:0;background:none;color:inherit;font:inherit;font-size:17px}
input::placeholder{color:var(--quiet);opacity:1}
.top button{padding:4px 10px;border:1px solid var(--line);border-radius:7px;background:none;color:var(--quiet);font:inherit;font-size:13px;cursor:pointer}
.body{display:grid;grid-template-columns:minmax(0,1fr);min-height:0;flex:1}
.list{overflow:auto;padding:8px;min-height:120px}
.group{padding:10px 12px 4px;font-size:12.5px;color:var(--quiet)}
.row{display:block;padding:8px 12px;border-radius:10px;color:inherit;text-decoration:none;cursor:pointer;overflow-wrap:anywhere}
.row[aria-selected=true]{background:var(--raised)}
.row b{font-weight:600;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
.row small{display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:1;overflow:hidden;color:var(--quiet);font-size:13px}
mark{background:var(--mark);color:inherit;border-radius:3px}
.row small mark{background:none;color:var(--text);font-weight:600}
.said{margin:0;padding:14px 20px 6px;color:var(--quiet)}
.said:empty{display:none}
.foot{display:flex;flex-wrap:wrap;gap:2px 18px;padding:8px 18px;border-top:1px solid var(--line);color:var(--quiet);font-size:12.5px}
kbd{padding:0 5px;border:1px solid var(--line);border-radius:5px;font:inherit}
.preview{display:none}
@media (min-width:900px){.body.both{grid-template-columns:minmax(0,5fr) minmax(0,6fr)}.both .preview{display:block;overflow:auto;padding:16px 22px;border-inline-start:1px solid var(--line);font-size:14px}}
.preview h2{margin:0 0 4px;font-size:16px;line-height:1.5}
.preview h3{margin:0 0 6px;font-size:13.5px;color:var(--quiet)}
.preview :is(p,ul,ol){margin:.6em 0}.preview :is(ul,ol){padding-inline-start:1.4em}
.preview a{color:var(--accent)}
.preview img{max-width:100%}
code{font:.92em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans Mono CJK SC",monospace}
pre{margin:.7em 0;padding:12px 14px;overflow-x:auto;border-radius:10px;background:var(--raised)}
:not(pre)>code{padding:.1em .35em;border-radius:5px;background:var(--raised)}
.table-scroll{overflow-x:auto}table{border-collapse:collapse}th,td{padding:5px 9px;border:1px solid var(--line);text-align:start;vertical-align:top}
.hl-comment{color:light-dark(#5d677a,#8b96a9)}.hl-string{color:light-dark(#0a6b45,#7bd8a5)}.hl-keyword,.hl-storage{color:light-dark(#a4278f,#e39bd6)}
.hl-constant{color:light-dark(#9a4a00,#f0b27a)}.hl-entity.hl-name,.hl-support{color:light-dark(#1a4fd8,#8fb0ff)}
@media (max-width:640px){dialog{width:100%;max-width:none;height:100dvh;max-height:none;margin:0;border:0;border-radius:0}.foot{display:none}}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

class DayiSearchDialog extends HTMLElement {
  /** @type {AbortController | undefined} */ #life;
  /** @type {AbortController | undefined} */ #asking;
  /** @type {HTMLDialogElement | undefined} */ #dialog;
  /** @type {HTMLInputElement} */ #input = /** @type {any} */ (undefined);
  /** @type {HTMLElement} */ #list = /** @type {any} */ (undefined);
  /** @type {HTMLElement} */ #body = /** @type {any} */ (undefined);
  /** @type {HTMLElement} */ #preview = /** @type {any} */ (undefined);
  /** @type {HTMLElement} */ #said = /** @type {any} */ (undefined);
  /** @type {Option[]} */ #options = [];
  #selected = -1;
  /** The text that the rows are of. */
  #shown = "";
  #composing = false;

  connectedCallback() {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    document.addEventListener("keydown", (event) => {
      const { shortcut } = this.dataset;
      // With Shift, Ctrl+K is a shortcut of browsers.
      if (shortcut === undefined ? event.shiftKey || !isShortcut(event, "ctrl+k") : !isShortcut(event, shortcut)) return;
      event.preventDefault();
      this.open();
    }, { signal });
    document.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("[data-dialog]:not(dayi-search-box)")) this.open();
    }, { signal });
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#life = undefined;
    this.#asking?.abort();
  }

  /** Opens the dialog, with a text to begin with. @param {string} [text] */
  open(text) {
    const dialog = this.#dialog ?? this.#build();
    if (text !== undefined) this.#input.value = text;
    if (!dialog.open) dialog.showModal();
    this.#input.select();
    this.#search();
  }

  get #texts() {
    return textsOf(this, TEXTS);
  }

  /** What searches are narrowed to. @returns {Record<string, string>} */
  get #within() {
    const { tag, category } = this.dataset;
    return { ...(tag && { tag }), ...(category && { category }) };
  }

  #build() {
    const texts = this.#texts;
    const root = this.attachShadow({ mode: "open" });
    sheet ??= styles(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#input = make("input", { type: "text", role: "combobox", placeholder: texts.placeholder, "aria-label": texts.placeholder, "aria-expanded": "true", "aria-controls": "list", "aria-autocomplete": "list", autocomplete: "off", spellcheck: "false", enterkeyhint: "search" });
    this.#list = make("div.list", { id: "list", role: "listbox", "aria-label": texts.results });
    this.#preview = make("div.preview", { role: "region", "aria-label": texts.preview, tabindex: 0 });
    this.#said = make("p.said", { role: "status" });
    this.#body = make("div.body", {}, this.#list, this.#preview);
    const keys = [["↑ ↓", texts.keysMove], ["↵", texts.keysOpen], ["esc", texts.keysClose]].map(([key, does]) => make("span", {}, make("kbd", {}, key), ` ${does}`));
    const close = make("button", { type: "button", click: () => this.#dialog?.close() }, texts.close);
    const dialog = make("dialog", { "aria-label": texts.placeholder }, make("div.top", {}, this.#input, close), this.#said, this.#body, make("div.foot", { "aria-hidden": "true" }, ...keys));
    this.#input.addEventListener("compositionstart", () => (this.#composing = true));
    this.#input.addEventListener("compositionend", () => { this.#composing = false; this.#search(); });
    // Unfinished pinyin is not a question yet. Android composes Latin words as well.
    this.#input.addEventListener("input", () => (this.#composing && !/Android/.test(navigator.userAgent)) || this.#search());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    // A click on the backdrop is a click on the dialog itself.
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => this.#asking?.abort());
    root.append(dialog);
    this.#dialog = dialog;
    return dialog;
  }

  /** What is asked: as much of the text as is sent. */
  get #asked() {
    return fitting(this.#input.value.trim()).text;
  }

  /** Asks at once for what stands there; an answer that is not the newest any more is dropped. */
  async #search() {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    const { signal } = asking;
    const q = this.#asked;
    const within = this.#within;
    try {
      if (!q) {
        const newest = await ask(`api/v1/search?${new URLSearchParams({ per_page: `${MOST_HITS}`, typing: "true", ...within })}`, { signal });
        return signal.aborted || this.#show("", newest.hits, [], undefined);
      }
      if (!fitsAddress(q)) return this.#show(q, [], [], undefined);
      const parameters = { q, per_page: `${MOST_HITS}`, answer: "true", typing: "true", ...within };
      const [found, suggested] = await Promise.all([
        ask(`api/v1/search?${new URLSearchParams(parameters)}`, { signal }),
        ask(`api/v1/suggest?${new URLSearchParams({ q, limit: `${MOST_SUGGESTED}` })}`, { signal }),
      ]);
      if (!signal.aborted) this.#show(q, found.hits, suggested.suggestions, found.answer_state);
    } catch {
      if (signal.aborted) return;
      this.#show(q, [], [], undefined);
      this.#said.textContent = this.#texts.down;
    }
  }

  /**
   * @param {string} q @param {Hit[]} hits @param {{ text: string, id: string | null, url: string }[]} suggested
   * @param {"answered" | "related" | "none" | undefined} state
   */
  #show(q, hits, suggested, state) {
    const texts = this.#texts;
    /** @type {Option[]} */
    const options = [];
    /** @param {string} label @param {Option[]} rows */
    const group = (label, rows) => {
      if (!rows.length) return;
      options.push(...rows);
      groups.push(make("div", { role: "group", "aria-label": label }, make("div.group", { "aria-hidden": "true" }, label), ...rows.map(({ row }) => row)));
    };
    /** @type {HTMLElement[]} */
    const groups = [];
    const within = this.#within;
    const ofHit = hits.map((hit) => this.#row(hit.url, hit.title_html, q ? hit.snippet_html : "", { hit }));
    const found = new Set(hits.map(({ id }) => id));
    const questions = suggested.filter(({ id }) => id && !found.has(id));
    const queries = suggested.filter(({ id }) => !id);
    const recent = q ? [] : recentSearches().map((text) => this.#row("", "", "", { text }));
    if (recent.length) group(texts.recent, [...recent, this.#row("", "", "", { clears: true }, texts.clear)]);
    group(q ? (state === "none" ? texts.loosely : texts.answers) : texts.newest, ofHit);
    group(texts.questions, questions.map(({ text, url }) => this.#row(url, "", "", {}, text)));
    group(texts.queries, queries.map(({ text }) => this.#row("", "", "", { text })));
    if (q) group(texts.more, [this.#row("", "", "", { searches: true }, texts.all), this.#row(`ask?${new URLSearchParams({ q: q.slice(0, LONGEST_SHOWN), ...within })}`, "", "", {}, `${texts.experts}${q.slice(0, LONGEST_SHOWN)}`)]);
    this.#options = options;
    this.#shown = q;
    options.forEach(({ row }, at) => (row.id = `option-${at}`));
    this.#list.replaceChildren(...groups);
    this.#list.scrollTop = 0;
    this.#said.textContent = q && (state === "none" || (!hits.length && state)) ? texts.none.replace("{}", q) : "";
    this.#select(q && options.length ? 0 : -1);
  }

  /**
   * A row. HTML of the service is made safe once more; `plain` is text.
   * @param {string} url @param {string} html @param {string} line @param {{ hit?: Hit, text?: string, clears?: boolean, searches?: boolean }} about @param {string} [plain]
   * @returns {Option}
   */
  #row(url, html, line, about, plain = about.text) {
    const title = make("b", {}, plain);
    if (html) title.append(safeNodes(html));
    const small = line && make("small");
    if (small) small.append(safeNodes(line));
    const row = make("a.row", { role: "option", "aria-selected": "false", tabindex: -1 }, title, small);
    const option = { url: url && address(url), row, ...about };
    if (option.url) row.href = option.url;
    row.addEventListener("mousemove", () => this.#select(this.#options.indexOf(option)));
    row.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return this.#log(option);
      event.preventDefault();
      this.#take(option);
    });
    return option;
  }

  /** @param {number} at */
  #select(at) {
    if (at === this.#selected && this.#options[at]?.row.getAttribute("aria-selected") === "true") return;
    this.#selected = at;
    this.#options.forEach(({ row }, place) => row.setAttribute("aria-selected", String(place === at)));
    const option = this.#options[at];
    option?.row.scrollIntoView({ block: "nearest" });
    if (option) this.#input.setAttribute("aria-activedescendant", option.row.id);
    else this.#input.removeAttribute("aria-activedescendant");
    const passage = option?.hit?.passage;
    this.#body.classList.toggle("both", this.#options.some(({ hit }) => hit?.passage));
    if (!option?.hit || !passage) return this.#preview.replaceChildren();
    this.#preview.replaceChildren(make("h2", {}, option.hit.title), passage.heading ? make("h3", {}, passage.heading) : "", safeNodes(passage.html));
    for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (this.#preview.querySelectorAll("a[data-anchor]"))) linkTo(link, `${option.hit.url}#${link.dataset.anchor}`);
    this.#preview.scrollTop = 0;
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // Safari marks the key that ends a composition only by the code 229.
    if (event.isComposing || event.keyCode === 229) return;
    const count = this.#options.length;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step && count) {
      event.preventDefault();
      this.#select((this.#selected + step + count) % count);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = this.#options[this.#selected];
      // Rows of an earlier text are not what Enter means.
      if (this.#shown !== this.#asked) this.#searchPage();
      else if (option) this.#take(option);
    }
  }

  /** @param {Option} option */
  #take(option) {
    if (option.clears) forgetSearches();
    if (option.clears || option.text !== undefined) return this.open(option.text);
    if (option.searches) return this.#searchPage();
    this.#log(option);
    this.#dialog?.close();
    // Without a referrer: the search was this one, and not that of the page below.
    make("a", { href: option.url, referrerpolicy: "no-referrer" }).click();
  }

  /** Goes to the page of results, which logs its search itself. What is too long for an address is sent as a form. */
  #searchPage() {
    const q = this.#asked;
    if (!q) return;
    if (!isPasted(q)) remember(q);
    const fields = Object.entries({ q, ...this.#within }).map(([name, value]) => make("input", { type: "hidden", name, value }));
    const form = make("form", { action: address("search"), method: fitsAddress(q) ? "get" : "post", hidden: true }, ...fields);
    document.body.append(form);
    this.#dialog?.close();
    form.submit();
    form.remove();
  }

  /** Tells the service of a search that led somewhere: what was typed on the way is not logged. @param {Option} option */
  #log({ hit }) {
    const query = this.#asked;
    if (!query || !fitsAddress(query)) return;
    if (!isPasted(query)) remember(query);
    const quietly = { keepalive: true, credentials: /** @type {const} */ ("omit") };
    fetch(address(`api/v1/search?${new URLSearchParams({ q: query, per_page: `${MOST_HITS}`, ...this.#within })}`), quietly).catch(() => {});
    const body = hit && JSON.stringify({ query, question_id: hit.id, rank: this.#selected + 1, page: location.origin + location.pathname });
    if (body) fetch(address("api/v1/clicks"), { ...quietly, method: "POST", headers: { "content-type": "application/json" }, body }).catch(() => {});
  }
}

/** @param {string} path */
function address(path) {
  return new URL(path, SERVICE).href;
}

/**
 * The dialog of the page, made when it is first wanted.
 * @param {DOMStringMap} [options] data attributes of a new one
 */
export function dialogOf(options = {}) {
  const there = document.querySelector("dayi-search-dialog");
  if (there) return /** @type {DayiSearchDialog} */ (there);
  const made = /** @type {DayiSearchDialog} */ (document.createElement("dayi-search-dialog"));
  for (const name of ["lang", "tag", "category"]) if (options[name]) made.dataset[name] = options[name];
  made.dataset.shortcut = "";
  document.body.append(made);
  return made;
}

if (!customElements.get("dayi-search-dialog")) customElements.define("dayi-search-dialog", DayiSearchDialog);
