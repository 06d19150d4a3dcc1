// The widget's reply to a question: the answer and other matches, each with a rating, or a form for the experts.

import { icon, make, styles } from "./dom.js";
import { languageOf, textsOf } from "./options.js";
import { send, watch } from "./outbox.js";
import { linkTo, safeNodes } from "./sanitize.js";
import { SERVICE, ask } from "./service.js";
import { PROSE_STYLE, proseOf } from "./widget-prose.js";

/** @import { Texts } from "./options.js" */
/** @import { Panel } from "./widget-panel.js" */
/** @import { Fate } from "./outbox.js" */

/** @typedef {{ id: string, url: string, title: string, date: string | null, snippet_html: string, passage?: Passage }} Hit */
/** @typedef {{ html: string, heading: string, anchor: string }} Passage the part of an answer that answers the question */
/** @typedef {{ id: string, url: string, title: string, question: string, answer_html: string, references: { text: string, url: string | null }[], date: string | null, tags: string[] }} Answer */
/** @typedef {{ state: "answered" | "related" | "none", reason?: "opposite" | "topic" | null, hits: Hit[], answers: Record<string, Answer>, query: string, carried?: string, query_reduced: boolean, query_truncated: boolean }} Found what a question found; `query` is what was searched */
/** @typedef {{ rating: "helpful" | "unhelpful", reasons?: string[], comment?: string }} Rating */
/**
 * @typedef {object} Exchange a question and its reply
 * @property {string} query
 * @property {number} [begun] when its conversation began
 * @property {string} [after] the question before it
 * @property {Found} [found]
 * @property {Record<string, Rating>} [ratings] by question
 * @property {string} [asked] key of the message to the experts
 */

const OUTSIDE = "M8 8h8v8M16 8L7 17";
const DROP = "M7 7l10 10M17 7L7 17";
/** Questions about the same matter that are offered, and of how many: some are among the matches. */
const [MOST_NEXT, MOST_HITS] = [3, 10];
const REASONS = /** @type {const} */ (["off_topic", "outdated", "steps_fail", "unclear", "other"]);
/** Characters of HTML by which an answer is hardly longer than its passage. */
const LITTLE_MORE = 200;

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of reply */ };

const STYLE = `${PROSE_STYLE}
.asked{max-height:12em;overflow:auto}
.lead,.left-out{margin-bottom:10px!important}
.others{margin:20px 0 4px!important}
details.hit{border:1px solid var(--line);border-radius:12px}
details.hit+details.hit{margin-top:8px}
.hit>summary{display:flex;gap:8px;align-items:baseline;padding:10px 14px;border-radius:12px;cursor:pointer;list-style:none}
.hit>summary::-webkit-details-marker{display:none}
.hit>summary::before{content:"";flex:none;width:6px;height:6px;border:solid var(--quiet);border-width:0 1.5px 1.5px 0;rotate:-45deg;translate:0 -2px}
.hit:not([open])>summary:dir(rtl)::before{rotate:135deg}
.hit[open]>summary::before{rotate:45deg}
.hit>summary:hover{background:var(--raised)}
.hit h3{margin:0;font-weight:500;line-height:1.6}
.hit[open] h3{font-weight:600}
.snippet{display:-webkit-box;overflow:hidden;-webkit-box-orient:vertical;-webkit-line-clamp:2;margin-top:2px!important;font-size:13.5px;color:var(--quiet)}
.hit[open] .snippet{display:none}
.body{padding:4px 16px 16px}
.full{margin-bottom:12px!important;padding:8px 12px;border-radius:8px;background:var(--raised);font-size:14px;white-space:pre-line}
.under{font-weight:600}
.expand{margin-top:12px}
.body:focus{outline:none}
.references{margin-top:16px;font-size:14px}
.references ul{margin:0;padding-inline-start:1.2em}
.meta{display:flex;flex-wrap:wrap;justify-content:space-between;gap:2px 14px;margin-top:14px!important;font-size:14px;color:var(--quiet)}
.meta a{display:inline-flex;align-items:center;gap:2px}
.meta svg{width:16px;height:16px}
.rate{margin-top:12px;padding-top:12px;border-top:1px solid var(--line);font-size:14px}
.row{display:flex;flex-wrap:wrap;align-items:center;gap:8px}
.row .action{min-height:34px;padding:4px 14px}
.action[aria-pressed=true]{border-color:var(--accent-text);color:var(--accent-text)}
.said:empty{display:none}
.said{margin-top:8px!important;color:var(--quiet);font-size:14px}
.said+.action{margin-top:10px}
.expert>.said:not(:empty){margin:0!important;padding:10px 14px;border-inline-start:3px solid var(--accent-text);border-radius:4px 10px 10px 4px;background:var(--raised);color:var(--text)}
fieldset{margin:12px 0 0;padding:0;border:0;min-width:0}
legend{padding:0;color:var(--quiet)}
.reasons{display:flex;flex-wrap:wrap;gap:4px 16px;margin:4px 0 8px}
.reasons label{display:inline-flex;align-items:center;gap:6px;min-height:30px}
.reasons input{width:16px;height:16px;margin:0;accent-color:var(--accent)}
textarea,.expert input{display:block;width:100%;margin:2px 0 10px;padding:8px 12px;font:inherit;font-size:16px;line-height:1.6;color:inherit;border:1px solid var(--line);border-radius:10px;background:var(--raised);resize:vertical}
textarea:focus,.expert input:focus{outline:2px solid var(--accent-text);outline-offset:-1px;background:var(--page)}
textarea::placeholder,.expert input::placeholder{color:var(--quiet);opacity:1}
.expert{margin-top:14px;font-size:14px}
.expert form{margin:10px 0 0;padding:14px 16px 16px;border:1px solid var(--line);border-radius:12px}
.log .expert .quiet{margin:0 0 10px;font-size:13.5px}
.send{padding:6px 18px;min-height:38px;border:1px solid transparent;border-radius:10px;background:var(--accent);color:var(--on-accent);font-weight:600}
.send:hover{filter:brightness(1.06)}
.send[aria-disabled=true]{opacity:.6;cursor:default;filter:none}
.link{padding:4px 0;border:0;background:none;color:var(--accent-text);text-align:start}
.link:hover{text-decoration:underline;text-underline-offset:3px}
.carried{display:flex;align-items:center;gap:4px;width:fit-content;max-width:100%;margin-bottom:10px!important;padding:1px 4px 1px 12px;border:1px solid var(--line);border-radius:99px;font-size:13px;color:var(--quiet)}
.carried .tool{min-width:28px;height:28px;padding:0;border-radius:50%}.carried svg{width:14px;height:14px}
.next{display:flex;flex-wrap:wrap;gap:8px;margin-top:16px}
.next p{width:100%}
.next button{max-width:100%;padding:5px 14px;border:1px solid var(--line);border-radius:16px;background:none;color:var(--accent-text);font-size:14px;line-height:1.5;text-align:start}
.next button:hover{background:var(--raised)}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;
let made = 0;

export class Reply {
  /** @param {Panel} panel @param {Exchange} exchange @param {() => void} [again] asks again */
  constructor(panel, exchange, again) {
    this.panel = panel;
    this.exchange = exchange;
    this.again = again;
    this.found = /** @type {Found} */ (exchange.found);
    this.texts = textsOf(panel.widget, TEXTS);
    panel.dress((sheet ??= styles(STYLE)));
  }

  /** The nodes of the reply; they depend on how sure the service is. */
  parts() {
    const { state, query_reduced, query_truncated } = this.found;
    const leftOut = query_truncated ? this.texts.truncated : query_reduced ? this.texts.reduced : undefined;
    const reply = state === "answered" ? this.#answered() : state === "related" ? this.#related() : this.#none();
    return [...this.#carried(), ...(leftOut ? [make("p.left-out.quiet", {}, leftOut)] : []), ...reply];
  }

  /** The form for the experts alone. */
  form() {
    const place = make("div.expert");
    this.#form(place);
    return place;
  }

  /** The words that the question goes on with, which can be taken away. */
  #carried() {
    const { texts, found, exchange } = this;
    const drop = () => {
      exchange.after = exchange.found = undefined;
      this.again?.();
      this.panel.input.focus();
    };
    return found.carried ? [make("p.carried", { part: "carried" }, make("span", {}, texts.carried.replace("{}", found.carried)), make("button.tool", { type: "button", "aria-label": texts.uncarried, click: drop }, icon(DROP)))] : [];
  }

  /** Questions about the same matter, which are asked on a click. They come late, below everything. */
  #next() {
    const { texts, found, panel } = this;
    const place = make("div.next");
    const shown = new Set(found.hits.map(({ id }) => id));
    ask(`api/v1/questions/${encodeURIComponent(found.hits[0].id)}/related?limit=${MOST_HITS}`).then(({ related }) => {
      const others = related.filter((/** @type {{ id: string }} */ { id }) => !shown.has(id)).slice(0, MOST_NEXT);
      const chips = others.map((/** @type {{ title: string }} */ { title }) => make("button", { type: "button", part: "next", click: () => panel.ask(title) }, title));
      if (chips.length) place.append(make("p.quiet", {}, texts.next), ...chips);
    }, () => {});
    return place;
  }

  /** The best answer unfolded, the others folded. */
  #answered() {
    const { texts, found } = this;
    const rows = this.#rows();
    rows[0].open = true;
    return [make("p.lead.quiet", {}, texts.answered), rows[0], ...(found.hits.length > 1 ? [make("p.others.quiet", {}, texts.others), ...rows.slice(1)] : []), this.#expert(texts.unsolved), this.#next()];
  }

  #related() {
    return [make("p.lead", {}, this.texts[this.found.reason ?? "related"]), ...this.#rows(), this.#expert(this.texts.unsolved)];
  }

  #none() {
    const { hits } = this.found;
    return [make("p.lead", {}, this.texts.none), this.#expert(), ...(hits.length ? [make("p.others.quiet", {}, this.texts.loosely), ...this.#rows()] : [])];
  }

  #rows() {
    return this.found.hits.map((hit, at) => this.#row(hit, at + 1));
  }

  /** A match that unfolds into its answer. @param {Hit} hit @param {number} rank */
  #row(hit, rank) {
    const body = make("div.body");
    const snippet = make("p.snippet");
    snippet.append(safeNodes(hit.snippet_html));
    const row = make("details.hit", { part: "answer" }, make("summary", {}, make("div", {}, make("h3", {}, hit.title), snippet)), body);
    const fill = () => {
      const ready = this.found.answers[hit.id];
      // Of a short answer nothing is left to unfold.
      const isPart = hit.passage && !(ready && ready.answer_html.length < hit.passage.html.length + LITTLE_MORE);
      if (isPart) body.replaceChildren(...this.#passage(hit, /** @type {Passage} */ (hit.passage), body));
      else if (ready) body.replaceChildren(...this.#answer(ready));
      else this.#fetch(hit, body);
    };
    if (this.found.answers[hit.id]) fill();
    row.addEventListener("toggle", () => {
      if (row.open && !body.firstChild) {
        fill();
        this.#clicked(hit, rank);
      }
    });
    return row;
  }

  /** The part of an answer that answers the question, and the way to the rest. @param {Hit} hit @param {Passage} passage @param {HTMLElement} body */
  #passage(hit, { html, heading, anchor }, body) {
    const { texts } = this;
    const page = anchor ? `${hit.url}#${anchor}` : hit.url;
    const unfold = () => {
      const ready = this.found.answers[hit.id];
      if (ready) body.replaceChildren(...this.#answer(ready));
      else this.#fetch(hit, body);
      body.tabIndex = -1;
      body.focus();
    };
    const expand = make("button.action.expand", { type: "button", part: "expand", click: unfold }, texts.expand);
    const visit = linkTo(make("a", { part: "visit" }, texts.visit, icon(OUTSIDE)), page);
    return [heading && make("p.under", {}, heading), ...proseOf(this, html, hit.url), expand, make("p.meta", {}, this.#date(hit.date), visit), this.#rating(hit)].filter((node) => node instanceof Node);
  }

  /** @param {Hit} hit @param {HTMLElement} body */
  async #fetch(hit, body) {
    body.replaceChildren(make("p.quiet.wait", { role: "status" }, this.texts.asking));
    try {
      const answer = await ask(`api/v1/questions/${encodeURIComponent(hit.id)}`);
      this.found.answers[hit.id] = answer;
      this.panel.save();
      body.replaceChildren(...this.#answer(answer));
    } catch {
      const retry = make("button.action", { type: "button", click: () => this.#fetch(hit, body) }, this.texts.retry);
      body.replaceChildren(make("p.failed", { role: "status" }, this.texts.failed, retry));
    }
  }

  /** Reports which rank was opened, for the experts. Failures are ignored. @param {Hit} hit @param {number} rank */
  #clicked(hit, rank) {
    fetch(new URL("api/v1/clicks", SERVICE), {
      method: "POST",
      keepalive: true,
      credentials: "omit",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: this.found.query, question_id: hit.id, rank, page: pageAddress() }),
    }).catch(() => {});
  }

  /** @param {string | null} date */
  #date(date) {
    return make("span", {}, date && make("time", { datetime: date }, this.texts.date.replace("{}", date)));
  }

  /** @param {Answer} answer */
  #answer(answer) {
    const { texts } = this;
    const asked = answer.question && answer.question !== answer.title && make("p.full", {}, answer.question);
    const references = answer.references.map(({ text, url }) => make("li", {}, url ? linkTo(make("a", {}, text), url) : text));
    const visit = linkTo(make("a", { part: "visit" }, texts.visit, icon(OUTSIDE)), answer.url);
    return [
      ...(asked ? [asked] : []),
      ...proseOf(this, answer.answer_html, answer.url),
      ...(references.length ? [make("div.references", {}, make("h4", {}, texts.references), make("ul", {}, ...references))] : []),
      make("p.meta", {}, this.#date(answer.date), visit),
      this.#rating(answer),
    ];
  }

  /** The buttons that rate an answer, and the reasons to choose from. @param {{ id: string }} answer */
  #rating(answer) {
    const { texts, exchange } = this;
    const said = make("p.said", { role: "status" });
    const reasons = make("div.reasons", {}, ...REASONS.map((code) => make("label", {}, make("input", { type: "checkbox", name: code }), texts[code])));
    const comment = make("textarea", { rows: 2, placeholder: texts.comment, "aria-label": texts.comment });
    const why = make("fieldset", { hidden: true }, make("legend", {}, texts.why), reasons, comment, make("button.action", { type: "button", click: () => rate("unhelpful", true) }, texts.tell));
    const buttons = /** @type {const} */ (["helpful", "unhelpful"]).map((rating) => make("button.action", { type: "button", "aria-pressed": "false", click: () => rate(rating, false) }, texts[rating]));
    const show = () => {
      const rating = exchange.ratings?.[answer.id]?.rating;
      buttons[0].setAttribute("aria-pressed", String(rating === "helpful"));
      buttons[1].setAttribute("aria-pressed", String(rating === "unhelpful"));
    };
    /** @param {"helpful" | "unhelpful"} rating @param {boolean} explained */
    const rate = (rating, explained) => {
      const checked = [...reasons.querySelectorAll("input")].filter((box) => box.checked).map((box) => box.name);
      /** @type {Rating} */
      const given = explained ? { rating, reasons: checked, ...(comment.value.trim() && { comment: comment.value.trim() }) } : { rating };
      why.hidden = rating === "helpful" || explained;
      if (explained) buttons[1].focus();
      if (!explained && exchange.ratings?.[answer.id]?.rating === rating) return;
      (exchange.ratings ??= {})[answer.id] = given;
      show();
      this.panel.save();
      this.panel.widget.notify("dayi-feedback", { question_id: answer.id, ...given });
      send("api/v1/feedback", { question_id: answer.id, ...given, query: this.found.query, page: pageAddress(), language: this.#language }, this.#language, ({ state, refusal }) => {
        said.textContent = state === "sent" ? texts.thanks : state === "kept" ? texts.kept : (refusal?.message ?? "");
      });
    };
    show();
    return make("div.rate", { part: "feedback" }, make("div.row", { role: "group", "aria-label": texts.rate }, make("span", {}, texts.rate), ...buttons), why, said);
  }

  /** The form for the experts, behind a button if there are answers. @param {string} [folded] */
  #expert(folded) {
    const place = make("div.expert");
    if (this.exchange.asked) this.#asked(place, this.exchange.asked);
    else if (folded) place.append(make("button.link", { type: "button", click: () => { this.#form(place); place.querySelector("textarea")?.focus(); } }, folded));
    else this.#form(place);
    return place;
  }

  /** @param {HTMLElement} place */
  #form(place) {
    const { texts } = this;
    const hint = `dayi-hint-${++made}`;
    const question = make("textarea", { rows: 3, required: true, "aria-describedby": hint });
    question.value = this.exchange.query;
    const contact = make("input", { type: "text", placeholder: texts.contactHint, autocomplete: "email" });
    const said = make("p.said", { role: "status" });
    const sending = make("button.send", {}, texts.expert);
    const form = make(
      "form",
      { submit: (event) => { event.preventDefault(); if (!isOff(sending)) submit(false); } },
      make("p.quiet", { id: hint }, texts.expertHint),
      make("label", {}, texts.yours, question),
      make("label", {}, texts.contact, contact),
      sending,
      said,
    );
    /** @param {boolean} confirmed */
    const submit = (confirmed) => {
      const { tag, category } = this.panel.widget.dataset;
      const body = { question: question.value.trim(), contact: contact.value.trim() || undefined, tag, category, page: pageAddress(), language: this.#language, secrets_confirmed: confirmed || undefined };
      if (!body.question) return;
      said.textContent = texts.sending;
      turnOff(sending, true);
      const key = send("api/v1/asks", body, this.#language, (fate) => {
        if (fate.state === "refused") refused(fate);
        else this.#fate(place, fate);
      });
      this.exchange.asked = key;
      this.panel.save();
    };
    /** @param {Fate} fate */
    const refused = ({ refusal }) => {
      this.exchange.asked = undefined;
      turnOff(sending, false);
      if (!form.isConnected) place.replaceChildren(form);
      form.querySelector(".action")?.remove();
      said.textContent = refusal?.message ?? "";
      if (refusal?.code === "looks_secret") form.append(make("button.action", { type: "button", click: (event) => { event.target.remove(); submit(true); } }, texts.confirm));
      this.panel.save();
    };
    place.replaceChildren(form);
  }

  /** Shows the state of a question to the experts, which was sent on this page or an earlier one. @param {HTMLElement} place @param {string} key */
  #asked(place, key) {
    watch(key, (fate) => {
      if (fate.state === "refused") this.#form(place);
      else this.#fate(place, fate);
    });
  }

  /** @param {HTMLElement} place @param {Fate} fate */
  #fate(place, { state, number, url }) {
    const { texts } = this;
    const text = state === "kept" ? texts.kept : number === undefined ? texts.sentPlain : texts.sent.replace("{}", `${number}`);
    const shown = place.querySelector("p.said") ?? make("p.said", { role: "status" });
    const hadFocus = place.contains(this.panel.widget.shadowRoot?.activeElement ?? null);
    place.replaceChildren(shown);
    shown.textContent = text;
    if (url) shown.append(" ", linkTo(make("a", {}, texts.follow), `${url}?sent=true`));
    // The form that had the focus is gone.
    shown.setAttribute("tabindex", "-1");
    if (hadFocus) /** @type {HTMLElement} */ (shown).focus();
    this.panel.combobox.say(text);
  }

  get #language() {
    return languageOf(this.panel.widget, TEXTS);
  }
}

/** A button that is off keeps the focus, and does nothing. @param {HTMLElement} button @param {boolean} isOff */
function turnOff(button, isOff) {
  button.setAttribute("aria-disabled", String(isOff));
}

/** @param {HTMLElement} button */
function isOff(button) {
  return button.getAttribute("aria-disabled") === "true";
}

/** The address of the page without its query, which may be private. */
function pageAddress() {
  return location.origin + location.pathname;
}
