// What pages with answers can do with JavaScript: copy code, rate without leaving, copy links and Markdown, and show in
// the table of contents which part is being read. Without it the pages do the same by links and forms.

import { Refusal, ask } from "./service.js";
import { make } from "./dom.js";

/** Texts of the page in its language. */
const texts = document.querySelector("main")?.dataset ?? {};
/** How long a button says that it has copied, in milliseconds. */
const SAID = 2_000;

/** Puts a text on the clipboard and lets the button say so. @param {HTMLElement} button @param {() => string | Promise<string>} text */
function copying(button, text) {
  const label = button.textContent;
  button.addEventListener("click", async () => {
    try {
      await toClipboard(text());
      button.textContent = texts.copied ?? "";
    } catch {
      button.textContent = texts.failed ?? "";
    }
    setTimeout(() => (button.textContent = label), SAID);
  });
}

/** Puts a text on the clipboard. @param {string | Promise<string>} text */
async function toClipboard(text) {
  // Safari wants to be asked while the click is still being handled, before the text is there.
  if (navigator.clipboard && typeof text !== "string" && "ClipboardItem" in window) return navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
  if (navigator.clipboard) return navigator.clipboard.writeText(await text);
  // Insecure pages have no clipboard: a command copies what is selected.
  const field = make("textarea", { "aria-hidden": "true" });
  field.value = await text;
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (!isCopied) throw new Error("not copied");
}

/** The text at an address of this site. @param {string} address */
async function fetched(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${response.status}`);
  return response.text();
}

for (const block of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("pre.code"))) {
  const wrap = make("button", { type: "button", "aria-pressed": "false" }, texts.wrap);
  wrap.addEventListener("click", () => wrap.setAttribute("aria-pressed", String(block.classList.toggle("wrapped"))));
  const copy = make("button", { type: "button" }, texts.copy);
  copying(copy, () => block.textContent ?? "");
  // Beside the code and not in it, so that the buttons stay where they are while the code scrolls, and are not copied.
  const frame = make("div.code-frame");
  block.replaceWith(frame);
  frame.append(block, make("div.code-tools", {}, wrap, copy));
}

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button[data-copy]"))) {
  const address = button.dataset.copy ?? "";
  button.hidden = false;
  copying(button, () => (button.dataset.fetch === undefined ? new URL(address, location.href).href : fetched(address)));
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.rate"))) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = new FormData(form);
    const rating = /** @type {HTMLButtonElement | null} */ (event.submitter)?.value ?? "";
    // A field that no person sees.
    if (sent.get("website")) return submitPlainly(form, rating);
    try {
      const text = (/** @type {string} */ name) => String(sent.get(name) ?? "") || undefined;
      const body = { question_id: form.dataset.id, rating, reasons: sent.getAll("reasons"), comment: text("comment"), query: text("query"), page: location.origin + location.pathname, language: document.documentElement.lang };
      await ask("api/v1/feedback", { method: "POST", headers: { "content-type": "application/json", "accept-language": document.documentElement.lang }, body: JSON.stringify(body) });
      const said = make("p.rated", { role: "status", tabindex: -1 }, rating === "helpful" ? texts.thanks : texts.sorry, " ", rating === "unhelpful" && make("a", { href: form.dataset.ask }, texts.ask));
      form.replaceWith(said);
      // Who rated beside the contents goes on reading there.
      const beside = document.querySelector(".beside");
      const wasBeside = beside?.contains(document.activeElement);
      beside?.replaceChildren(make("p", {}, said.firstChild?.textContent));
      said.focus({ preventScroll: wasBeside });
    } catch (error) {
      // The page of the form says what was wrong, and has what was typed.
      if (!(error instanceof Refusal) || error.status !== 429) return submitPlainly(form, rating);
      form.append(make("p.state", { role: "alert" }, error.message));
    }
  });
}

/** Sends a form as without JavaScript. @param {HTMLFormElement} form @param {string} rating */
function submitPlainly(form, rating) {
  form.append(make("input", { type: "hidden", name: "rating", value: rating }));
  form.submit();
}

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form.ask"))) {
  const key = /** @type {HTMLInputElement} */ (form.elements.namedItem("key"));
  // A cached page has no key of its own, which makes sending twice safe.
  key.value ||= Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("button[data-print]"))) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

const filters = /** @type {HTMLDetailsElement | null} */ (document.querySelector(".filters"));
if (filters && matchMedia("(min-width: 821px)").matches) filters.open = true;

const folded = /** @type {HTMLDetailsElement | null} */ (document.querySelector(".toc details"));
// Older browsers do not unfold it by the style sheet alone.
if (folded && matchMedia("(min-width: 1240px)").matches) folded.open = true;

const table = document.querySelector(".toc");
const rated = /** @type {HTMLFormElement | null} */ (document.querySelector("article > .rating form.rate"));
if (table && rated) rateBeside(table, rated);

/** Puts the buttons of a rating under the contents, for the form at the end. @param {Element} table @param {HTMLFormElement} form */
function rateBeside(table, form) {
  const helpful = /** @type {HTMLButtonElement} */ (form.querySelector("[value=helpful]"));
  const reasons = /** @type {HTMLDetailsElement} */ (form.querySelector("details"));
  const heading = form.parentElement?.querySelector("h2")?.textContent ?? "";
  const explain = () => {
    reasons.open = true;
    reasons.scrollIntoView({ block: "center" });
    reasons.querySelector("input")?.focus({ preventScroll: true });
  };
  const choice = (/** @type {string | null | undefined} */ label, /** @type {() => void} */ click) => make("button", { type: "button", click }, label);
  table.append(make("div.beside", { role: "group", "aria-label": heading }, make("p", {}, heading), choice(helpful.textContent, () => form.requestSubmit(helpful)), choice(reasons.querySelector("summary")?.textContent, explain)));
}

const contents = /** @type {HTMLAnchorElement[]} */ ([...document.querySelectorAll(".toc a")]);
const headings = contents.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));

/** Marks the last heading above the upper third of the window. */
function mark() {
  const above = headings.findLastIndex((heading) => heading && heading.getBoundingClientRect().top < innerHeight / 3);
  contents.forEach((link, at) => {
    if (at === above) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
}

if (contents.length) {
  addEventListener("scroll", mark, { passive: true });
  mark();
}
