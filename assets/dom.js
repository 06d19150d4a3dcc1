// Makes elements. Strings become text nodes: nothing here parses HTML.

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * An element: `make("p.lead", { id: "x", hidden: true, click: () => … }, "text", child)`. A function becomes a
 * listener; null, undefined and false are left out.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K | `${K}.${string}`} kind
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => unknown)>} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function make(kind, attributes = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const made = document.createElement(tag);
  if (classes.length) made.className = classes.join(" ");
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child instanceof Node || typeof child === "string"));
  return /** @type {any} */ (made);
}

/** An SVG icon of 24 by 24. @param {string} path */
export function icon(path) {
  const NAMESPACE = "http://www.w3.org/2000/svg";
  const drawn = document.createElementNS(NAMESPACE, "svg");
  const line = document.createElementNS(NAMESPACE, "path");
  for (const [name, value] of Object.entries({ viewBox: "0 0 24 24", width: "20", height: "20", fill: "none", stroke: "currentColor", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true" })) drawn.setAttribute(name, value);
  line.setAttribute("d", path);
  drawn.append(line);
  return drawn;
}

/** A constructed style sheet, which every content security policy allows because it is no inline style. @param {string} text */
export function styles(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
