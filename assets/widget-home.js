// The home view of the widget: earlier conversations, questions to begin with, and the way to the experts.

import { make, styles } from "./dom.js";
import { textsOf } from "./options.js";
import { ask, load } from "./service.js";
import { stored } from "./widget-panel.js";

/** @import { Texts } from "./options.js" */
/** @import { Panel } from "./widget-panel.js" */

const MOST_POPULAR = 5;

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of welcome */ };

const STYLE = `
.home{display:flex;flex-direction:column;min-height:100%}
.greeting{font-size:18px;font-weight:600;line-height:1.5}
.home h3{margin:20px 0 2px;font-size:13px;font-weight:500;color:var(--quiet)}
.home ul{margin:0 -10px;padding:0;list-style:none}
.home li{display:flex;align-items:center}
.pick{flex:1;display:flex;align-items:center;gap:12px;min-width:0;padding:8px 10px;border:0;border-radius:10px;background:none;text-align:start;line-height:1.5}
.pick span{flex:1;display:-webkit-box;overflow:hidden;-webkit-box-orient:vertical;-webkit-line-clamp:2}
.pick::after{content:"";flex:none;width:6px;height:6px;border:solid var(--quiet);border-width:1.5px 1.5px 0 0;rotate:45deg}
.pick:dir(rtl)::after{rotate:-135deg}
.pick small{display:block;color:var(--quiet);font-size:13px}
.experts{position:sticky;bottom:0;flex:none;margin-top:auto;padding:10px 14px;border:1px solid var(--line);background:var(--page)}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;

/** Fills the home view under its greeting. What comes late comes last, so that nothing moves. @param {HTMLElement} home @param {Panel} panel */
export async function fill(home, panel) {
  const texts = textsOf(panel.widget, TEXTS);
  const { examples = "", tag, category } = panel.widget.dataset;
  panel.dress((sheet ??= styles(STYLE)));
  const place = make("div");
  const experts = make("button.pick.experts", { type: "button", part: "experts", click: () => panel.consult() }, make("span", {}, texts.experts, make("small", {}, texts.expertsHint)));
  home.append(place, experts);
  if (stored("localStorage", panel.scope)) place.append((await load("./widget-earlier.js", "./widget-history.js")).earlierOnes(panel));
  const own = examples.split("|").map((text) => text.trim()).filter(Boolean);
  if (own.length) return place.append(...questions(texts.examples, own, panel));
  const within = { limit: `${MOST_POPULAR}`, ...(tag && { tag }), ...(category && { category }) };
  const found = await ask(`api/v1/popular?${new URLSearchParams(within)}`);
  place.append(...questions(texts.popular, found.questions.map((/** @type {{ title: string }} */ { title }) => title), panel));
}

/** Questions that are asked on a click. @param {string} heading @param {string[]} asked @param {Panel} panel */
function questions(heading, asked, panel) {
  const rows = asked.map((text) => make("li", {}, make("button.pick", { type: "button", part: "example", click: () => panel.ask(text) }, make("span", {}, text))));
  return rows.length ? [make("h3", {}, heading), make("ul", {}, ...rows)] : [];
}
