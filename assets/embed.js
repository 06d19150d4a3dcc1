// /embed: updates the snippets and the live examples when an option changes.

import "./widget.js";
import "./search-box.js";

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.options"))) {
  follow(form);
  form.addEventListener("input", () => follow(form));
  form.addEventListener("submit", (event) => event.preventDefault());
}
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button.copy"))) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", () => copy(button));
}

/** @param {HTMLFormElement} form */
function follow(form) {
  const { service = "", script = "", element = "" } = form.dataset;
  const chosen = chosenIn(form);
  const attributes = chosen.map(([name, value]) => ` ${name}="${escape(value)}"`).join("");
  const source = `<script type="module" src="${service}/${script}.js"`;
  const snippet = element ? `${source}></script>\n<${element}${attributes}></${element}>` : `${source}${attributes}></script>`;
  /** @type {HTMLElement} */ (document.getElementById(`${script}-snippet`)).textContent = snippet;
  show(script, element || "dayi-widget", chosen);
}

/** The options that differ from their defaults. @param {HTMLFormElement} form */
function chosenIn(form) {
  const fields = [.../** @type {NodeListOf<HTMLInputElement | HTMLSelectElement>} */ (form.querySelectorAll("[name]"))];
  return fields.filter((field) => field.value.trim() && field.value !== field.getAttribute("value")).map((field) => [field.name, field.value.trim()]);
}

/** @param {string} script @param {string} element @param {string[][]} chosen */
function show(script, element, chosen) {
  const place = document.getElementById(`${script}-live`);
  const shown = document.createElement(element);
  for (const [name, value] of chosen) shown.setAttribute(name, value);
  if (place) {
    place.replaceChildren(shown);
  } else {
    document.querySelector(element)?.remove();
    document.body.append(shown);
  }
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
