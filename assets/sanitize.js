// Sanitizes answers a second time before they enter the pages of others, although the service sends safe HTML. Known elements
// and attributes are copied node by node from an inert document; nothing is parsed a second time.

import { SERVICE } from "./service.js";

const ELEMENTS = new Set("a abbr aside b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img input ins kbd li mark ol p pre q s samp small span strike strong sub summary sup table tbody td tfoot th thead tr u ul var".split(" "));
const ATTRIBUTES = new Set("align alt checked colspan data-language disabled height lang open rowspan start tabindex title type width".split(" "));

/** Allowed classes: those of the highlighter, of tables, callouts and footnotes. An answer must not look like one of our buttons. */
const CLASS = /^(hl-.*|table-scroll|align-(left|center|right)|callout(-(title|note|tip|important|warning|caution))?|footnotes|footnote-reference)$/;
/** Allowed ids: those of anchors in answers. */
const ID = /^a(-|$)/;

/** What pages with Trusted Types want for parsing, even into an inert document; null where they do not know it, or do not allow
 * it. @type {{ createHTML(html: string): any } | null | undefined} */
let policy;
/** Whether the page forbids every parsing of HTML. */
let isForbidden = false;

/** The safe nodes of an answer's HTML; its plain text where the page forbids HTML. @param {string} html */
export function safeNodes(html) {
  const safe = document.createDocumentFragment();
  const parsed = parse(html);
  if (parsed) copyChildren(parsed.body, safe);
  else safe.append(plainText(html));
  return safe;
}

/** Whether the page lets HTML be parsed. */
export function showsHtml() {
  return Boolean(parse(""));
}

/** @param {string} html @returns {Document | undefined} */
function parse(html) {
  if (isForbidden) return undefined;
  try {
    if (policy === undefined) policy = /** @type {any} */ (globalThis).trustedTypes?.createPolicy("dayi", { createHTML: (/** @type {string} */ text) => text }) ?? null;
  } catch {
    // The page allows policies of other names only. Its default policy may let the text pass.
    policy = null;
  }
  try {
    return new DOMParser().parseFromString(policy ? policy.createHTML(html) : html, "text/html");
  } catch {
    isForbidden = true;
    return undefined;
  }
}

const CHARACTERS = /** @type {Record<string, string>} */ ({ amp: "&", lt: "<", gt: ">", quot: '"', nbsp: "\u00a0" });

/** The text in HTML as the service writes it. @param {string} html */
function plainText(html) {
  const text = html.replaceAll(/<(?:br|hr)>|<\/(?:p|h\d|li|tr|pre)>/g, "\n").replaceAll(/<[^>]*>/g, "");
  return text.replaceAll(/&(\w+);/g, (whole, name) => CHARACTERS[name] ?? whole).replaceAll(/\n{3,}/g, "\n\n").trim();
}

/** @param {Node} from @param {Node} to */
function copyChildren(from, to) {
  for (const node of from.childNodes) {
    if (node instanceof Text) to.appendChild(document.createTextNode(node.data));
    else if (node instanceof HTMLElement && isSafe(node)) to.appendChild(copy(node));
  }
}

/** @param {HTMLElement} element */
function isSafe(element) {
  // The only inputs allowed are checkboxes of task lists. Anchors of headings lead nowhere outside their own page.
  return ELEMENTS.has(element.localName) && !(element instanceof HTMLInputElement && element.type !== "checkbox") && !element.matches("a.anchor");
}

/** @param {HTMLElement} element */
function copy(element) {
  const made = document.createElement(element.localName);
  for (const { name, value } of element.attributes) if (ATTRIBUTES.has(name)) made.setAttribute(name, value);
  const classes = [...element.classList].filter((name) => CLASS.test(name));
  if (classes.length) made.className = classes.join(" ");
  if (ID.test(element.id)) made.id = element.id;
  if (made instanceof HTMLInputElement) made.disabled = true;
  if (made instanceof HTMLAnchorElement) {
    const href = element.getAttribute("href");
    // The widget knows the page of the answer, and scrolls within it.
    if (href?.startsWith("#")) made.dataset.anchor = href.slice(1);
    else linkTo(made, href);
  }
  if (made instanceof HTMLImageElement) {
    const source = address(element.getAttribute("src"));
    made.loading = "lazy";
    made.referrerPolicy = "no-referrer";
    if (source) made.src = source;
  }
  copyChildren(element, made);
  return made;
}

/** A link out of the widget, in a tab of its own. @param {HTMLAnchorElement} link @param {string | null} href */
export function linkTo(link, href) {
  const target = address(href);
  if (!target) return link;
  link.href = target;
  link.target = "_blank";
  link.rel = "nofollow noopener";
  return link;
}

/** @param {string | null} text */
function address(text) {
  const url = text !== null && URL.canParse(text, SERVICE.href) ? new URL(text, SERVICE) : undefined;
  return url && /^(https?|mailto):$/.test(url.protocol) ? url.href : undefined;
}
