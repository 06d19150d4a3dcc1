// /embed: updates the snippets and the live examples when an option changes.

import "./widget.js";
import "./search-box.js";
import "./search-dialog.js";

/** @typedef {HTMLElement & { open(): void }} Opened */

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.options"))) {
  follow(form);
  form.addEventListener("input", () => follow(form));
  form.addEventListener("submit", (event) => event.preventDefault());
}
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button.copy"))) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-opens]"))) {
  button.hidden = false;
  button.addEventListener("click", () => /** @type {Opened | null} */ (document.querySelector(`${button.dataset.opens}[data-live]`))?.open());
}

/** @param {HTMLFormElement} form */
function follow(form) {
  const { service = "", script = "", element = "" } = form.dataset;
  const chosen = chosenIn(form);
  const filled = {
    src: `${service}/${script}.js`,
    element,
    html: chosen.map(([name, value]) => ` ${name}="${escape(value)}"`).join(""),
    js: chosen.map(([name, value]) => `, ${JSON.stringify(name)}: ${JSON.stringify(value)}`).join(""),
  };
  for (const code of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll(`[id^="${script}-"][data-template]`))) {
    code.textContent = (code.dataset.template ?? "").replaceAll(/\{(src|element|html|js)\}/g, (_, name) => filled[/** @type {keyof typeof filled} */ (name)]);
  }
  show(script, element, chosen);
}

/** The options that differ from their defaults. @param {HTMLFormElement} form */
function chosenIn(form) {
  const fields = [.../** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (form.querySelectorAll("[name]"))];
  const isDefault = (/** @type {HTMLElement} */ field, /** @type {string} */ value) => value === (field.dataset.default ?? field.getAttribute("value"));
  return fields.filter((field) => field.value.trim() && !isDefault(field, field.value)).map((field) => [field.name, field.value.trim()]);
}

/** Shows an example with these attributes. @param {string} script @param {string} element @param {string[][]} chosen */
function show(script, element, chosen) {
  if (script === "search-box") {
    // It reads its attributes once.
    const shown = document.createElement(element);
    for (const [name, value] of chosen) shown.setAttribute(name, value);
    document.getElementById(`${script}-live`)?.replaceChildren(shown);
    return;
  }
  let shown = document.querySelector(`${element}[data-live]`);
  if (!shown) {
    shown = document.createElement(element);
    shown.setAttribute("data-live", "");
    document.body.append(shown);
  }
  // An open widget stays open.
  const wanted = new Map(/** @type {[string, string][]} */ (chosen));
  for (const name of shown.getAttributeNames()) if (name.startsWith("data-") && name !== "data-live" && !wanted.has(name)) shown.removeAttribute(name);
  for (const [name, value] of wanted) if (shown.getAttribute(name) !== value) shown.setAttribute(name, value);
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies ?? "")?.textContent ?? "");
  button.textContent = button.dataset.done ?? "";
}
