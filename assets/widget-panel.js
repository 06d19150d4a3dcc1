// The panel of <dayi-widget>: a dialog with the conversation and the field to ask in. Answers come with widget-answer.js,
// which is loaded with the first question.

import { Combobox, LIST_STYLE } from "./combobox.js";
import { icon, make, styles } from "./dom.js";
import { textsOf } from "./options.js";
import { Refusal, SERVICE, ask, load } from "./service.js";

/** @import { Texts } from "./options.js" */
/** @import { Exchange, Hit } from "./widget-answer.js" */

const MOST_HITS = 6;
/** Characters of a question that surely fits into an address and on the screen, at most. */
const SHORT = 200;
const MOST_KEPT = 20;
const CLOSE = "M6 6l12 12M18 6L6 18";
const SEND = "M12 19V5M6 11l6-6 6 6";

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of panel */ };

const STYLE = `${LIST_STYLE}
dialog{position:fixed;inset:auto 20px 20px auto;width:min(440px,calc(100vw - 40px));height:min(720px,calc(100dvh - 40px));max-width:none;max-height:none;margin:0;padding:0;flex-direction:column;overflow:hidden;
border:1px solid var(--line);border-radius:16px;background:var(--page);color:inherit;box-shadow:0 16px 48px rgb(0 0 0/.24);overflow-wrap:anywhere}
.left dialog{inset-inline:20px auto}
dialog[open]{display:flex}
dialog::backdrop{background:rgb(0 0 0/.12)}
header{display:flex;align-items:center;gap:4px;padding:10px 10px 10px 20px;border-bottom:1px solid var(--line)}
h2{flex:1;margin:0;font-size:16px;font-weight:600}
button.plain{display:inline-flex;align-items:center;justify-content:center;min-width:36px;height:36px;padding:0 8px;border:0;border-radius:8px;background:none;color:var(--quiet);font-size:14px}
button.plain:hover{background:var(--raised);color:var(--text)}
.log{position:relative;flex:1;overflow-y:auto;overscroll-behavior:contain;padding:20px;scroll-padding:12px}
.log:focus-visible{outline-offset:-2px}
.log p{margin:0}
.quiet{color:var(--quiet);font-size:14px}
.examples{display:flex;flex-direction:column;align-items:flex-start;gap:8px;margin:8px 0 0;padding:0;list-style:none}
.examples button{padding:6px 14px;border:1px solid var(--line);border-radius:12px;background:none;color:var(--accent-text);text-align:start;line-height:1.6}
.examples button:hover{background:var(--raised)}
.greeting+.quiet{margin-top:20px}
.exchange+.exchange,.greet+.exchange{margin-top:28px}
.asked{width:fit-content;max-width:90%;margin-inline-start:auto!important;padding:8px 14px;border-radius:14px 14px 4px;background:var(--raised);white-space:pre-line}
.reply{margin-top:14px}
.action{padding:6px 16px;min-height:36px;border:1px solid var(--line);border-radius:10px;background:none;color:inherit;line-height:1.5}
.action:hover{background:var(--raised)}
.failed{display:flex;flex-wrap:wrap;align-items:center;gap:8px 14px}
.wait::after{content:"";display:inline-block;width:.9em;height:.9em;margin-inline-start:.6em;vertical-align:-.1em;border:2px solid var(--line);border-top-color:var(--accent-text);border-radius:50%}
form.ask{position:relative;display:flex;gap:8px;margin:0;padding:12px 16px max(14px,env(safe-area-inset-bottom));border-top:1px solid var(--line)}
form.ask input{flex:1;min-width:0;height:44px;padding:0 14px;font:inherit;font-size:16px;color:inherit;border:1px solid var(--line);border-radius:12px;background:var(--raised);appearance:none}
form.ask input::placeholder{color:var(--quiet);opacity:1}
form.ask input:focus{outline:2px solid var(--accent-text);outline-offset:-1px;background:var(--page)}
form.ask button{flex:none;display:flex;align-items:center;justify-content:center;width:44px;height:44px;padding:0;border:1px solid transparent;border-radius:12px;background:var(--accent);color:var(--on-accent)}
form.ask .dayi-list{inset:auto 16px calc(100% - 6px);max-height:min(46vh,380px)}
@media (max-width:640px){.root dialog{inset:0;width:100%;height:100dvh;border:0;border-radius:0}}
@media (prefers-reduced-motion:no-preference){dialog[open]{animation:rise .16s ease-out}.wait::after{animation:turn 1s linear infinite}
@keyframes rise{from{opacity:0;translate:0 12px}}@keyframes turn{to{rotate:1turn}}}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;
let panels = 0;

/** @typedef {HTMLElement & { root: HTMLElement, closed(): void, notify(name: string, detail: object): void }} Widget */

export class Panel {
  /** @type {Exchange[]} */ #exchanges = [];
  #work = new AbortController();

  /** @param {Widget} widget */
  constructor(widget) {
    this.widget = widget;
    const texts = (this.texts = textsOf(widget, TEXTS));
    const { adoptedStyleSheets } = /** @type {ShadowRoot} */ (widget.shadowRoot);
    sheet ??= styles(STYLE);
    if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
    const title = `dayi-title-${++panels}`;
    this.input = make("input", { type: "text", name: "q", part: "input", enterkeyhint: "send", spellcheck: "false", placeholder: texts.placeholder, "aria-label": texts.placeholder });
    const form = make("form.ask", { submit: (event) => this.#submit(event) }, this.input, make("button", { part: "send", "aria-label": texts.send }, icon(SEND)));
    this.log = make("div.log", { role: "region", tabindex: 0, "aria-label": texts.conversation });
    this.clearing = make("button.plain", { type: "button", click: () => this.clear() }, texts.clear);
    this.dialog = make(
      "dialog",
      { part: "panel", "aria-labelledby": title, tabindex: -1, keydown: (event) => this.#key(event), cancel: (event) => this.#cancel(event), click: (event) => this.#click(event), close: () => widget.closed() },
      make("header", { part: "header" }, make("h2", { id: title }, widget.dataset.label || texts.button), this.clearing, make("button.plain", { type: "button", "aria-label": texts.close, click: () => this.close() }, icon(CLOSE))),
      this.log,
      form,
    );
    this.combobox = new Combobox(this.input, form, texts, {
      found: (suggestions) => suggestions.map(({ text, id, url }) => ({ text, url, kind: id ? "question" : "query" })),
      take: ({ text }) => this.ask(text),
    });
    widget.root.append(this.dialog);
    this.#restore();
  }

  get isOpen() {
    return this.dialog.open;
  }

  /** The storage key: each service and scope has its own conversation. */
  get #storage() {
    const { tag = "", category = "" } = this.widget.dataset;
    return `dayi-conversation ${SERVICE.href} ${tag} ${category}`;
  }

  open() {
    this.dialog.showModal();
    this.input.focus();
  }

  close() {
    this.dialog.close();
  }

  /** @param {string} question */
  async ask(question) {
    const query = question.trim();
    if (!query) return;
    this.combobox.close();
    this.input.value = "";
    // The on-screen keyboard would hide the answer.
    if (matchMedia("(pointer:coarse)").matches) this.dialog.focus();
    const exchange = { ...this.#forget(query), found: undefined, query };
    this.#exchanges.push(exchange);
    this.save();
    await this.#show(exchange);
  }

  /** Removes an earlier exchange with the same question and returns it, with its ratings. @param {string} query */
  #forget(query) {
    const at = this.#exchanges.findIndex((exchange) => exchange.query === query);
    if (at < 0) return undefined;
    this.log.querySelectorAll(".exchange")[at].remove();
    return this.#exchanges.splice(at, 1)[0];
  }

  clear() {
    this.#work.abort();
    this.#work = new AbortController();
    this.#exchanges = [];
    this.save();
    this.#showAll();
    this.combobox.say(this.texts.cleared);
    this.input.focus();
  }

  /** Stores the conversation for the next page. */
  save() {
    const kept = this.#exchanges.slice(-MOST_KEPT);
    try {
      if (kept.length) sessionStorage.setItem(this.#storage, JSON.stringify(kept));
      else sessionStorage.removeItem(this.#storage);
    } catch {
      // Storage is full or forbidden: the conversation ends with the page.
    }
  }

  #restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#storage) ?? "[]");
      if (Array.isArray(kept)) this.#exchanges = kept;
    } catch {
      // As above.
    }
    this.#showAll();
  }

  /** Shows the greeting and all exchanges. */
  #showAll() {
    this.log.replaceChildren(this.#greeting());
    this.#mark();
    for (const exchange of this.#exchanges) this.#show(exchange);
  }

  #greeting() {
    const { greeting = this.texts.greeting, examples = "" } = this.widget.dataset;
    const questions = examples.split("|").map((text) => text.trim()).filter(Boolean);
    const list = make("ul.examples", {}, ...questions.map((text) => make("li", {}, make("button", { type: "button", part: "example", click: () => this.ask(text) }, text))));
    return make("div.greet", {}, make("p.greeting", {}, greeting), questions.length > 0 && make("p.quiet", {}, this.texts.examples), questions.length > 0 && list);
  }

  /** Shows the button that clears the conversation, if there is a conversation. */
  #mark() {
    this.clearing.hidden = !this.#exchanges.length;
  }

  /** @param {Exchange} exchange */
  async #show(exchange) {
    const reply = make("div.reply");
    const place = make("section.exchange", { part: "exchange" }, make("p.asked", { tabindex: exchange.query.length > SHORT && 0 }, exchange.query), reply);
    this.log.append(place);
    this.#mark();
    const bringUp = () => (this.log.scrollTop = place.offsetTop - 12);
    bringUp();
    await this.#reply(exchange, reply);
    bringUp();
  }

  /** @param {Exchange} exchange @param {HTMLElement} place */
  async #reply(exchange, place) {
    const { signal } = this.#work;
    const isNew = !exchange.found;
    if (isNew) place.replaceChildren(make("p.quiet.wait", {}, this.texts.asking));
    if (isNew) this.combobox.say(this.texts.asking);
    try {
      const loading = /** @type {Promise<typeof import("./widget-answer.js")>} */ (load("./widget-answer.js", "./outbox.js", "./sanitize.js"));
      const [{ Reply }, found] = await Promise.all([loading, exchange.found ?? this.#find(exchange.query, signal)]);
      if (signal.aborted) return;
      exchange.found = found;
      place.replaceChildren(...new Reply(this, exchange).parts());
      if (isNew) this.#announce(exchange.query, found);
    } catch (error) {
      if (signal.aborted) return;
      // The service explains its refusal best itself.
      const why = error instanceof Refusal ? error.message : this.texts.failed;
      const retry = make("button.action", { type: "button", click: () => { this.input.focus(); this.#reply(exchange, place); } }, this.texts.retry);
      place.replaceChildren(make("p.failed", {}, make("span", {}, why), retry));
      this.combobox.say(why);
    }
  }

  /**
   * Searches, and fetches the answer that is shown unfolded.
   * @param {string} asked @param {AbortSignal} signal
   * @returns {Promise<NonNullable<Exchange["found"]>>}
   */
  async #find(asked, signal) {
    const { tag, category } = this.widget.dataset;
    const parameters = { per_page: MOST_HITS, answer: true, ...(tag && { tag }), ...(category && { category }) };
    const { query, query_reduced, query_truncated, answer_state: state, reason, hits, answer } = asked.length > SHORT
      ? await (await load("./long-text.js")).searchFor(asked, parameters, { signal })
      : await ask(`api/v1/search?${new URLSearchParams({ q: asked, .../** @type {any} */ (parameters) })}`, { signal });
    const shown = hits.map((/** @type {Hit} */ { id, url, title, date, snippet_html, passage }) => ({ id, url, title, date, snippet_html, passage }));
    return { state, reason, hits: shown, answers: answer ? { [answer.id]: answer } : {}, query, query_reduced, query_truncated };
  }

  /** @param {string} query @param {NonNullable<Exchange["found"]>} found */
  #announce(query, { state, reason, hits }) {
    this.save();
    const said = { answered: this.texts.saidAnswered.replace("{}", hits[0]?.title ?? ""), related: reason === "opposite" ? this.texts.saidOpposite.replace("{}", hits[0]?.title ?? "") : this.texts.saidRelated.replace("{}", `${hits.length}`), none: this.texts.saidNone };
    this.combobox.say(said[state]);
    this.widget.notify("dayi-answer", { query, state, reason: reason ?? null, ids: hits.map(({ id }) => id) });
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    if (!this.combobox.unfinished) this.ask(this.combobox.text);
  }

  /** @param {Event} event */
  #cancel(event) {
    if (event.target === this.dialog && this.combobox.unfinished) event.preventDefault();
  }

  /** A click beside the dialog. @param {MouseEvent} event */
  #click(event) {
    if (event.target !== this.dialog) return;
    const { left, right, top, bottom } = this.dialog.getBoundingClientRect();
    if (event.clientX < left || event.clientX > right || event.clientY < top || event.clientY > bottom) this.close();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // The page's own shortcuts must not react to typing in the panel.
    event.stopPropagation();
    if (event.key === "Escape" && !event.defaultPrevented) {
      event.preventDefault();
      if (!this.combobox.isComposing(event)) this.close();
    } else if (event.key === "Tab") {
      this.#turn(event);
    }
  }

  /** Keeps the focus in the dialog: after the last element comes the first. @param {KeyboardEvent} event */
  #turn(event) {
    const reachable = [.../** @type {NodeListOf<HTMLElement>} */ (this.dialog.querySelectorAll("a[href],button,input,textarea,summary,[tabindex='0']"))].filter((element) => element.checkVisibility() && !element.matches(":disabled"));
    const [from, to] = event.shiftKey ? [reachable[0], reachable.at(-1)] : [reachable.at(-1), reachable[0]];
    const focused = this.widget.shadowRoot?.activeElement;
    if (focused !== from && !(event.shiftKey && focused === this.dialog)) return;
    event.preventDefault();
    to?.focus();
  }
}
