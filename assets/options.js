// Reads the data- attributes that the widget and the search box have in common.

/** @typedef {Record<string, Record<string, string>>} Texts by language, then by name; the default language comes first */

/**
 * The language of an element's texts: its `data-lang`, else the language of the page around it, else the default.
 * @param {HTMLElement} element @param {Texts} tables
 */
export function languageOf(element, tables) {
  const wanted = (element.dataset.lang || element.closest("[lang]")?.getAttribute("lang") || "").toLowerCase();
  const languages = Object.keys(tables);
  /** @param {string} tag */
  const first = (tag) => tag.toLowerCase().split("-")[0];
  return languages.find((tag) => tag.toLowerCase() === wanted) ?? languages.find((tag) => first(tag) === first(wanted)) ?? languages[0];
}

/**
 * The texts in the element's language, each replaceable: `data-text-placeholder` replaces `placeholder`.
 * @param {HTMLElement} element @param {Texts} tables
 */
export function textsOf(element, tables) {
  const table = tables[languageOf(element, tables)];
  const texts = Object.entries(table).map(([name, text]) => [name, element.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] ?? text]);
  return Object.fromEntries(texts);
}

/**
 * Whether a key press is a shortcut such as "/", "ctrl+k" or "alt+shift+d". Command counts as Ctrl, and a single key is
 * for the text field when one has the focus.
 * @param {KeyboardEvent} event @param {string | undefined} shortcut
 */
export function isShortcut(event, shortcut) {
  if (!shortcut || event.defaultPrevented || event.isComposing) return false;
  const parts = shortcut.toLowerCase().split("+");
  const key = parts.pop();
  const ctrl = parts.includes("ctrl");
  const pressed = event.key?.toLowerCase() === key && (event.ctrlKey || event.metaKey) === ctrl && event.altKey === parts.includes("alt");
  return pressed && (ctrl || !typesText(event)) && (event.shiftKey || !parts.includes("shift"));
}

/** @param {Event} event */
function typesText(event) {
  const target = /** @type {HTMLElement} */ (event.composedPath()[0]);
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
