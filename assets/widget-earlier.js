// The earlier conversations of this browser, as the home view of the widget lists them.

import { icon, make } from "./dom.js";
import { textsOf } from "./options.js";
import { earlier, forget } from "./widget-history.js";

/** @import { Texts } from "./options.js" */
/** @import { Panel } from "./widget-panel.js" */

const MOST_LISTED = 3;
const DROP = "M7 7l10 10M17 7L7 17";

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of earlier */ };

/** The conversations of this browser, each with a button that deletes it. @param {Panel} panel @returns {HTMLElement} */
export function earlierOnes(panel) {
  const texts = textsOf(panel.widget, TEXTS);
  const kept = earlier(panel.scope).slice(0, MOST_LISTED);
  const place = make("div", {}, kept.length > 0 && make("h3", {}, texts.heading));
  const rows = kept.map((exchanges) => {
    const { query } = exchanges[0];
    const drop = () => {
      forget(panel.scope, exchanges);
      place.replaceWith(earlierOnes(panel));
      panel.input.focus();
    };
    return make("li", {},
      make("button.pick", { type: "button", click: () => panel.continue(exchanges) }, make("span", {}, query)),
      make("button.tool", { type: "button", "aria-label": texts.drop.replace("{}", query), click: drop }, icon(DROP)));
  });
  if (rows.length) place.append(make("ul", {}, ...rows));
  return place;
}
