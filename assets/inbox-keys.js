// Keyboard shortcuts of the inbox: j and k go from item to item, digits set the state, letters focus fields. Keys are
// ignored while typing in a field, while an input method composes, and with Ctrl, Alt or Meta.

const list = document.querySelector("ol.items[data-keys]");
const items = /** @type {HTMLElement[]} */ ([...(list?.children ?? [])]);

/** @returns {HTMLElement | undefined} */
const current = () => items.find((item) => item.contains(document.activeElement));

/** @param {number} step */
function go(step) {
  const item = current();
  const next = item ? items[items.indexOf(item) + step] : items[step > 0 ? 0 : items.length - 1];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

/**
 * A field of the current item's form.
 * @param {string} name
 */
function field(name) {
  const form = current()?.querySelector("form");
  return /** @type {HTMLInputElement | HTMLSelectElement | null} */ (form?.elements.namedItem(name) ?? null);
}

/**
 * Sets a field and saves.
 * @param {string} name
 * @param {string} value
 */
function save(name, value) {
  const input = field(name);
  if (input) {
    input.value = value;
    input.form?.requestSubmit();
  }
}

/** Unfolds what the sender of the current ask is told. */
function tell() {
  const folded = current()?.querySelector("details.tell");
  folded?.setAttribute("open", "");
  /** @type {HTMLElement | null | undefined} */ (folded?.querySelector("[name=answered_by]"))?.focus();
}

/** @type {Record<string, () => void>} */
const KEYS = {
  j: () => go(1),
  k: () => go(-1),
  1: () => save("state", "new"),
  2: () => save("state", "in_work"),
  3: () => save("state", "answered"),
  4: () => save("state", "dismissed"),
  m: () => save("assignee", list?.getAttribute("data-me") ?? ""),
  n: () => field("note")?.focus(),
  a: tell,
  o: () => current()?.querySelector("a")?.click(),
  w: () => /** @type {HTMLElement | null | undefined} */ (current()?.querySelector("a.write"))?.click(),
  "/": () => /** @type {HTMLElement | null} */ (document.querySelector(".filter [name=q]"))?.focus(),
  "?": () => document.querySelector("details.keys")?.toggleAttribute("open"),
};

document.addEventListener("keydown", (event) => {
  const typing = event.target instanceof Element && event.target.closest("input, select, textarea, dayi-search-box");
  const act = KEYS[event.key];
  if (!list || !act || typing || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  act();
});

document.querySelector("details.keys")?.removeAttribute("hidden");
