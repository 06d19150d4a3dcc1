// What the data- attributes of both elements mean.

/** The language of an element's texts: its own, else that of the page around it. @param {HTMLElement} element */
export function languageOf(element) {
  const language = element.dataset.lang || element.closest("[lang]")?.getAttribute("lang") || "";
  return language.toLowerCase().startsWith("en") ? "en" : "zh-CN";
}

/**
 * The texts in the element's language, each replaceable: `data-text-placeholder` replaces `placeholder`.
 * @template {Record<string, string>} T
 * @param {HTMLElement} element
 * @param {{ "zh-CN": T, en: T }} tables
 * @returns {T}
 */
export function textsOf(element, tables) {
  const table = tables[languageOf(element)];
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
