// A conversation of the widget: questions, each with its reply. Stored for the next page, and listed by the home view.

import { make, styles } from "./dom.js";
import { textsOf } from "./options.js";
import { ask, load } from "./service.js";
import { forget, keep } from "./widget-history.js";

/** @import { Texts } from "./options.js" */
/** @import { Panel } from "./widget-panel.js" */
/** @import { Exchange, Found, Hit } from "./widget-answer.js" */

const MOST_HITS = 6;
/** Characters of a question that surely fits into an address and on the screen, at most. */
const SHORT = 200;
const MOST_KEPT = 20;

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of conversation */ };

const STYLE = `
.exchange+.exchange{margin-top:28px}
.asked{width:fit-content;max-width:90%;margin-inline-start:auto!important;padding:8px 14px;border-radius:14px;border-end-end-radius:4px;background:var(--raised);white-space:pre-line}
.reply{margin-top:14px}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

export class Conversation {
  /** @type {Exchange[]} */ #exchanges = [];
  #work = new AbortController();

  /** @param {Panel} panel */
  constructor(panel) {
    this.panel = panel;
    this.texts = textsOf(panel.widget, TEXTS);
    panel.dress((sheet ??= styles(STYLE)));
  }

  /** @param {string} query */
  async ask(query) {
    const { log } = this.panel;
    if (!this.#exchanges.length) log.replaceChildren();
    const after = this.#exchanges.at(-1)?.found?.query?.slice(0, SHORT);
    const begun = this.#exchanges[0]?.begun ?? Date.now();
    const exchange = { begun, ...this.#withdraw(query), found: undefined, after, query };
    this.#exchanges.push(exchange);
    this.save();
    await this.#show(exchange);
  }

  /** Removes an earlier exchange with the same question and returns it, with its ratings. @param {string} query */
  #withdraw(query) {
    const at = this.#exchanges.findIndex((exchange) => exchange.query === query);
    if (at < 0) return undefined;
    this.panel.log.querySelectorAll(".exchange")[at].remove();
    return this.#exchanges.splice(at, 1)[0];
  }

  /** Goes on with another conversation, or with a new one. @param {Exchange[]} exchanges */
  continue(exchanges) {
    this.#work.abort();
    this.#work = new AbortController();
    this.#exchanges = exchanges;
    this.save();
    this.panel.log.replaceChildren();
    this.#recall(exchanges);
  }

  /** Deletes the conversation. */
  forget() {
    forget(this.panel.scope, this.#exchanges);
  }

  /** Stores the conversation for the next page. */
  save() {
    const { scope } = this.panel;
    const kept = this.#exchanges.slice(-MOST_KEPT);
    keep(scope, kept);
    try {
      if (kept.length) sessionStorage.setItem(scope, JSON.stringify(kept));
      else sessionStorage.removeItem(scope);
    } catch {
      // Storage is full or forbidden: the conversation ends with the page.
    }
  }

  /** Shows the conversation that an earlier page has stored. */
  restore() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.panel.scope) ?? "[]");
      this.continue(Array.isArray(kept) ? kept : []);
    } catch {
      this.panel.home();
    }
  }

  /** Shows a new exchange and brings it up. @param {Exchange} exchange */
  async #show(exchange) {
    const { reply, bringUp } = this.#append(exchange);
    bringUp();
    await this.#reply(exchange, reply, true);
    bringUp();
  }

  /** Shows earlier exchanges. The last is brought up and comes first; the others are looked up one after another. @param {Exchange[]} exchanges */
  async #recall(exchanges) {
    const { signal } = this.#work;
    const { log } = this.panel;
    const shown = exchanges.map((exchange) => this.#append(exchange)).reverse();
    let stands = shown[0]?.bringUp();
    for (const { exchange, reply } of shown) {
      await this.#reply(exchange, reply);
      if (signal.aborted) return;
      // It keeps its place under those that grow, unless the visitor or the browser has scrolled.
      if (log.scrollTop === stands) stands = shown[0].bringUp();
    }
  }

  /** Appends an exchange, with the place of its reply. @param {Exchange} exchange */
  #append(exchange) {
    const { log, texts } = this.panel;
    const reply = make("div.reply", {}, make("p.quiet.wait", {}, texts.asking));
    const place = make("section.exchange", { part: "exchange" }, make("p.asked", { tabindex: exchange.query.length > SHORT && 0 }, exchange.query), reply);
    log.append(place);
    const bringUp = () => {
      log.scrollTop = place.offsetTop - 12;
      return log.scrollTop;
    };
    return { exchange, reply, bringUp };
  }

  /** @param {Exchange} exchange @param {HTMLElement} place @param {boolean} [isNew] */
  async #reply(exchange, place, isNew) {
    const { panel } = this;
    const { signal } = this.#work;
    const again = () => this.#reply(exchange, place, true);
    if (isNew) panel.combobox.say(this.texts.asking);
    await panel.fill(place, again, async () => {
      /** @type {[typeof import("./widget-answer.js"), Found]} */
      const [{ Reply }, found] = await Promise.all([load("./widget-answer.js"), exchange.found ?? find(panel, exchange, isNew, signal)]);
      exchange.found = found;
      if (isNew && !signal.aborted) this.#announce(found);
      if (isNew) this.save();
      return new Reply(panel, exchange, again).parts();
    }, signal);
  }

  /** @param {Found} found */
  #announce({ query, state, reason, hits }) {
    const { texts } = this;
    const { combobox, widget } = this.panel;
    const [title, count] = [hits[0]?.title ?? "", `${hits.length}`];
    const said = { answered: texts.saidAnswered.replace("{}", title), related: reason === "opposite" ? texts.saidOpposite.replace("{}", title) : texts.saidRelated.replace("{}", count), none: texts.saidNone };
    combobox.say(said[state]);
    widget.notify("dayi-answer", { query, state, reason: reason ?? null, ids: hits.map(({ id }) => id) });
  }
}

/**
 * Searches, and fetches the answer that is shown unfolded. A question that is shown again is no new one: it is neither logged
 * nor announced.
 * @param {Panel} panel @param {Exchange} exchange @param {boolean | undefined} isNew @param {AbortSignal} signal
 * @returns {Promise<Found>}
 */
async function find(panel, { query: asked, after }, isNew, signal) {
  const { tag, category } = panel.widget.dataset;
  const parameters = { per_page: MOST_HITS, answer: true, ...(tag && { tag }), ...(category && { category }), ...(after && { after }), ...(!isNew && { typing: true }) };
  const { query, carried, query_reduced, query_truncated, answer_state: state, reason, hits, answer } = asked.length > SHORT
    ? await (await load("./long-text.js")).searchFor(asked, parameters, { signal })
    : await ask(`api/v1/search?${new URLSearchParams({ q: asked, .../** @type {any} */ (parameters) })}`, { signal });
  const shown = hits.map((/** @type {Hit} */ { id, url, title, date, snippet_html, passage }) => ({ id, url, title, date, snippet_html, passage }));
  return { state, reason, hits: shown, answers: answer ? { [answer.id]: answer } : {}, query, carried, query_reduced, query_truncated };
}
