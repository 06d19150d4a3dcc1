// <dayi-widget>: a floating button that opens expert answers on any page.
//
// The script element that loads this module adds one to the page, with the script's data- attributes. With data-manual the
// page adds widgets itself, anywhere and any number of them. The other modules are loaded when the widget is opened.
// Attributes: data-tag, data-category, data-lang, data-accent, data-position, data-theme, data-label, data-greeting,
// data-examples, data-shortcut, data-text-…

import { icon, make, styles } from "./dom.js";
import { isShortcut, languageOf, textsOf } from "./options.js";
import { SERVICE, load } from "./service.js";

/** @import { Texts } from "./options.js" */
/** @import { Panel } from "./widget-panel.js" */

const ICON = "M4 5h16v11H12l-4 4v-4H4zM8 9h8M8 12.5h5";

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of widget */ };

// The page's styles apply to the host element, so the host has no box of its own. Important rules of a shadow root win over
// those of the page, and the page cannot style the inside.
const STYLE = `
:host{display:contents!important}:host([hidden]){display:none!important}
.root{all:initial;position:fixed;z-index:2147483000;inset:auto 20px max(20px,env(safe-area-inset-bottom)) auto;color-scheme:light;
--accent:#1f5eff;--on-accent:#fff;--accent-text:light-dark(#1a4fd8,#8fb0ff);
--page:var(--dayi-page,light-dark(#fff,#161a22));--text:var(--dayi-text,light-dark(#1c2230,#e4e8f0));--quiet:light-dark(#5b6475,#9aa5b8);
--line:var(--dayi-line,light-dark(#e1e5eb,#303849));--raised:light-dark(#f5f6f8,#1f2530);
font:400 15px/1.75 var(--dayi-font,system-ui,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Source Han Sans SC",sans-serif);
color:var(--text);-webkit-text-size-adjust:100%}
.root.left{left:20px;right:auto}.root.dark{color-scheme:dark}
.root *{box-sizing:border-box;unicode-bidi:plaintext}
[hidden]{display:none!important}
button{font:inherit;color:inherit;cursor:pointer}
:focus-visible{outline:2px solid var(--accent-text);outline-offset:2px}
.open{display:flex;align-items:center;gap:8px;height:48px;padding-inline:16px 20px;border:1px solid transparent;border-radius:24px;background:var(--accent);color:var(--on-accent);font-weight:600;white-space:nowrap;box-shadow:0 4px 16px rgb(0 0 0/.2)}
.shown .open{visibility:hidden}
[aria-busy=true] path{display:none}
.wait::after{content:"";display:inline-block;width:.8em;height:.8em;margin-inline:.6em;vertical-align:-.1em}
.wait::after,[aria-busy=true] svg{border:2px solid;border-top-color:#0000;border-radius:50%}
.open:hover{filter:brightness(1.06)}
.stacked{margin-bottom:60px}
@media (prefers-reduced-motion:no-preference){.open{transition:filter .15s}.wait::after,[aria-busy=true] svg{animation:turn 1s linear infinite}@keyframes turn{to{rotate:1turn}}}
@media print{.root{display:none}}`;

/** Attributes in which generators of sites and libraries of components keep the theme of a page, and how they name it there or
 * in a class. */
const THEMES = ["data-theme", "data-bs-theme", "data-color-mode"];
const THEME = /^(?:theme-)?(dark|light)(?:-mode|-theme| only)?$/;

/** Attributes that change the texts or the search of the panel. */
const SAYING = ["data-lang", "data-label", "data-greeting", "data-examples", "data-tag", "data-category", "data-text-button"];

/** @type {CSSStyleSheet | undefined} */
let sheet;
/** The question in the page's address; the first widget of the page asks it. */
let asked = new URLSearchParams(location.search).get("dayi");

class DayiWidget extends HTMLElement {
  static observedAttributes = ["data-accent", "data-position", "data-theme", ...SAYING];
  /** Whether the page removed the widget on purpose. */
  dismissed = false;
  root = make("div.root");
  #button = make("button.open", { type: "button", part: "button", "aria-haspopup": "dialog", "aria-expanded": "false" });
  /** @type {Promise<Panel | undefined> | undefined} */ #loading;
  /** @type {Panel | undefined} */ #panel;
  /** @type {AbortController | undefined} */ #life;
  #reopen = false;
  /** What was typed in a panel that another one replaces. */ #draft = "";

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [(sheet ??= styles(STYLE))];
    this.root.append(this.#button);
    root.append(this.root);
    this.#button.addEventListener("click", () => this.open());
    // Loads the panel when the button is about to be pressed.
    for (const hint of ["pointerenter", "focus"]) this.#button.addEventListener(hint, () => this.#load(), { once: true });
  }

  connectedCallback() {
    if (this.#life) return;
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.#dress();
    document.addEventListener("keydown", (event) => this.#shortcut(event), { signal });
    matchMedia("(prefers-color-scheme:dark)").addEventListener("change", () => this.#dress(), { signal });
    // Pages switch between light and dark by an attribute of their root element or body.
    const observer = new MutationObserver(() => this.#dress());
    for (const element of outermost()) {
      // A background that changes slowly says in the end what it is.
      element.addEventListener("transitionend", ({ target }) => target === element && this.#dress(), { signal });
      observer.observe(element, { attributes: true, attributeFilter: ["class", "style", "lang", ...THEMES] });
    }
    signal.addEventListener("abort", () => observer.disconnect());
    // Moving it took the focus only if nothing has it now.
    if (this.#reopen) this.openAt(document.activeElement === document.body ? undefined : null);
    if (asked !== null) {
      const question = asked;
      asked = null;
      if (question.trim()) this.ask(question);
      else this.open();
    }
  }

  disconnectedCallback() {
    this.#life?.abort();
    this.#life = undefined;
    // If the page only moves the widget, it opens again.
    this.#reopen = this.#button.ariaExpanded === "true";
    this.#panel?.close();
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (!this.#life) return;
    this.#dress();
    if (SAYING.includes(name)) this.#renew();
  }

  /** Removes the widget for good. Without this, a widget that is lost when the page renders again comes back. */
  remove() {
    this.dismissed = true;
    super.remove();
  }

  /** Opens the panel. */
  open() {
    return this.openAt();
  }

  /** Opens the panel with the focus on an element of it: on its field unless given, and where it is with null. @param {HTMLElement | null} [focused] */
  async openAt(focused) {
    this.#button.ariaBusy = String(!this.#panel);
    const panel = await this.#load();
    this.#button.ariaBusy = "false";
    if (!panel || !this.isConnected || panel.isOpen) return;
    this.#reopen = false;
    this.#dress();
    panel.open(focused);
    this.#expanded(true);
    this.notify("dayi-open", {});
  }

  /** Closes the panel. */
  close() {
    this.#panel?.close();
  }

  /** Opens the panel and asks a question. @param {string} question */
  async ask(question) {
    await this.open();
    await this.#panel?.ask(question);
  }

  /** Deletes the conversations and the receipts that the browser keeps. */
  async clear() {
    await (await this.#load())?.clear(true);
  }

  /** Called by the panel when it has closed. */
  closed() {
    if (this.#button.ariaExpanded === "false" || this.#panel?.isOpen) return;
    this.#expanded(false);
    if (this.isConnected) this.notify("dayi-close", {});
  }

  /** The panel stands where the button is. @param {boolean} isOpen */
  #expanded(isOpen) {
    this.#button.ariaExpanded = String(isOpen);
    this.root.classList.toggle("shown", isOpen);
  }

  /** @param {string} name @param {object} detail */
  notify(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }

  /** Loads the panel once; undefined if the service cannot be reached. */
  #load() {
    return (this.#loading ??= (async () => {
      try {
        /** @type {typeof import("./widget-panel.js")} */
        const { Panel } = await load("./widget-panel.js", "./combobox.js");
        return (this.#panel ??= new Panel(this, this.#draft));
      } catch {
        this.#loading = undefined;
        this.#label(textsOf(this, TEXTS).unavailable);
        return undefined;
      }
    })());
  }

  /** Makes a new panel after attributes have changed. The conversation is in storage and stays. */
  #renew() {
    const panel = this.#panel;
    this.#panel = this.#loading = undefined;
    if (!panel) return;
    const { isOpen, focused } = panel;
    this.#draft = panel.input.value;
    panel.close();
    panel.dialog.remove();
    // What had the focus is gone with its panel: another one puts it where it begins, if it was there at all.
    if (isOpen) this.openAt(focused && undefined);
  }

  /** Applies the attributes to texts and colours. */
  #dress() {
    const { accent, label, position, theme } = this.dataset;
    const dark = theme === "dark" || (theme !== "light" && this.#isOnDark());
    this.#label(label || textsOf(this, TEXTS).button);
    this.root.lang = languageOf(this, TEXTS);
    this.root.classList.toggle("left", position === "left");
    this.root.classList.toggle("dark", dark);
    this.root.classList.toggle("stacked", isStacked(this));
    this.#paint(accent || getComputedStyle(this).getPropertyValue("--dayi-accent").trim(), dark);
  }

  /** @param {string} text */
  #label(text) {
    this.#button.replaceChildren(icon(ICON), text);
  }

  /** Sets the accent colour, darkened or lightened until it is readable. @param {string} accent @param {boolean} dark */
  #paint(accent, dark) {
    const colour = accent && this.#resolve(accent)?.slice(0, 3);
    for (const name of ["--accent", "--on-accent", "--accent-text"]) this.root.style.removeProperty(name);
    if (!colour) return;
    const white = [1, 1, 1];
    const black = [0.05, 0.06, 0.09];
    const page = dark ? [0.12, 0.145, 0.19] : [0.96, 0.965, 0.973];
    const bright = contrast(colour, white) < 2.5;
    this.root.style.setProperty("--accent", css(bright ? colour : towards(colour, black, white)));
    this.root.style.setProperty("--on-accent", css(bright ? black : white));
    this.root.style.setProperty("--accent-text", css(towards(colour, dark ? white : black, page)));
  }

  /** Whether the page is dark: by what it says itself, by its `color-scheme`, by its background, else by the system's. */
  #isOnDark() {
    const said = outermost().flatMap((around) => [...THEMES.map((name) => around.getAttribute(name)), ...around.classList]);
    const { colorScheme } = getComputedStyle(this);
    const own = [...said, colorScheme].map((text) => THEME.exec(text ?? "")?.[1]).find(Boolean);
    if (own) return own === "dark";
    const grounds = outermost().reverse().map((around) => this.#resolve(getComputedStyle(around).backgroundColor));
    const ground = grounds.find((colour) => colour && (colour[3] ?? 1) > 0.5);
    if (ground) return luminance(ground) < 0.18;
    // Without a background a page is white, unless its `color-scheme` allows dark.
    return colorScheme.includes("dark") && matchMedia("(prefers-color-scheme:dark)").matches;
  }

  /** Parses a CSS colour into red, green, blue and, where one can see through it, opacity, from 0 to 1. @param {string} colour */
  #resolve(colour) {
    const { style } = this.#button;
    style.color = `color-mix(in srgb,${colour},${colour})`;
    const parts = style.color && getComputedStyle(this.#button).color.match(/[\d.]+(e-\d+)?/g);
    style.color = "";
    return parts ? parts.map(Number) : undefined;
  }

  /** @param {KeyboardEvent} event */
  #shortcut(event) {
    if (!isShortcut(event, this.dataset.shortcut)) return;
    event.preventDefault();
    this.open();
  }
}

/** The elements of the page that hold its theme. */
function outermost() {
  return [...document.querySelectorAll("html,body")];
}

/** Whether another widget before this one is in the same corner. @param {HTMLElement} widget */
function isStacked(widget) {
  const all = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("dayi-widget"))];
  const corner = all.filter((other) => (other.dataset.position === "left") === (widget.dataset.position === "left"));
  return corner.indexOf(widget) > 0;
}

/** Relative luminance of WCAG. @param {number[]} colour */
function luminance(colour) {
  const [r, g, b] = colour.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {number[]} one @param {number[]} other */
function contrast(one, other) {
  const [dark, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}

/** `colour`, moved towards `end` until it can be read on `ground`. @param {number[]} colour @param {number[]} end @param {number[]} ground */
function towards(colour, end, ground) {
  let moved = colour;
  for (let share = 0.05; contrast(moved, ground) < 4.6 && share <= 1; share += 0.05) moved = colour.map((part, i) => part + (end[i] - part) * share);
  return moved;
}

/** @param {number[]} colour */
function css(colour) {
  return `rgb(${colour.map((part) => Math.round(part * 255)).join(" ")})`;
}

/** Adds a widget for each script element that loads this module, and again when a page has replaced its body. */
function place() {
  const scripts = [...document.scripts].filter(({ src, dataset }) => src === import.meta.url && !("manual" in dataset));
  if (!scripts.length || document.querySelector("dayi-widget")) return;
  const widgets = scripts.map(({ dataset }) => {
    const widget = new DayiWidget();
    Object.assign(widget.dataset, dataset);
    return widget;
  });
  const keep = () => {
    for (const widget of widgets) if (!widget.isConnected && !widget.dismissed) document.body?.append(widget);
    observer.observe(document.body, { childList: true });
  };
  const observer = new MutationObserver(keep);
  observer.observe(document.documentElement, { childList: true });
  setTimeout(keep);
}

/** Sends messages that an earlier page could not send. */
function resend() {
  try {
    if (localStorage.getItem(`dayi-outbox ${SERVICE.href}`)) load("./outbox.js").catch(() => {});
  } catch {
    // Without storage there is nothing to send.
  }
}

if (!customElements.get("dayi-widget")) {
  customElements.define("dayi-widget", DayiWidget);
  // In a task of its own, so that it does not delay the loading of the page.
  const begin = () => setTimeout(() => { place(); resend(); });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
}
