// The panel of <dayi-widget>: beside the page on a desktop, over it on a phone. It has the home view or a conversation, and the
// field to ask in. Conversations come with widget-conversation.js, which is loaded when a question is typed.

import { Combobox, LIST_STYLE } from "./combobox.js";
import { icon, make, styles } from "./dom.js";
import { textsOf } from "./options.js";
import { Refusal, SERVICE, load } from "./service.js";

/** @import { Texts } from "./options.js" */
/** @import { Exchange } from "./widget-answer.js" */
/** @import { Conversation } from "./widget-conversation.js" */

/** Where the panel has the whole screen. */
const PHONE = matchMedia("(max-width:640px),(max-height:440px)");
/** Under which the size is stored that a visitor gave the panel. */
const SIZE = "dayi-panel-size";
const BACK = "M15 5l-7 7 7 7";
const CLOSE = "M6 6l12 12M18 6L6 18";
const EXPAND = "M14 4h6v6M20 4l-7 7M10 20H4v-6M4 20l7-7";
const SEND = "M12 19V5M6 11l6-6 6 6";

/** Filled in by the service; empty where the site has none. */
const LOGO = "/* path of the logo */";

/** Filled in by the service from its files of texts. @type {Texts} */
const TEXTS = { /* texts of panel */ };

const STYLE = `${LIST_STYLE}
dialog{position:fixed;inset:auto 20px 20px auto;width:min(var(--dayi-width,440px),calc(100vw - 40px));height:min(var(--dayi-height,720px),calc(100dvh - 40px));max-width:none;max-height:none;margin:0;padding:0;flex-direction:column;overflow:hidden;
border:1px solid var(--line);border-radius:16px;background:var(--page);color:inherit;box-shadow:0 16px 48px rgb(0 0 0/.24);overflow-wrap:anywhere}
.left dialog{inset-inline:20px auto}
dialog:is([open],:popover-open){display:flex}
header{display:flex;align-items:center;gap:4px;padding:10px;border-bottom:1px solid var(--line)}
h2{margin:0;margin-inline-end:auto;padding-inline-start:10px;font-size:16px;font-weight:600}
.tool:not([hidden])+h2{padding:0}
.tool{display:inline-flex;align-items:center;justify-content:center;min-width:36px;height:36px;padding:0 8px;border:0;border-radius:8px;background:none;color:var(--quiet);font-size:14px}
.tool:hover,.action:hover,.pick:hover{background:var(--raised);color:var(--text)}
svg:dir(rtl){scale:-1 1}
.log{position:relative;flex:1;overflow-y:auto;overscroll-behavior:contain;padding:20px;scroll-padding:12px}
.log:focus-visible{outline-offset:-2px}
.logo{display:block;align-self:start;height:32px;max-width:60%;margin-bottom:8px}
.log p{margin:0}
.quiet{color:var(--quiet);font-size:14px}
.action{padding:6px 16px;min-height:36px;border:1px solid var(--line);border-radius:10px;background:none;color:inherit;line-height:1.5}
.failed{display:flex;flex-wrap:wrap;align-items:center;gap:8px 14px}
.ask{position:relative;display:flex;align-items:end;gap:8px;margin:0;padding:12px 16px max(14px,env(safe-area-inset-bottom));border-top:1px solid var(--line)}
.ask textarea{flex:1;min-width:0;height:44px;max-height:160px;margin:0;padding:9px 14px;font:inherit;font-size:16px;line-height:24px;color:inherit;border:1px solid var(--line);border-radius:12px;background:var(--raised);resize:none}
.ask textarea::placeholder{color:var(--quiet);opacity:1}
.ask textarea:focus{outline:2px solid var(--accent-text);outline-offset:-1px;background:var(--page)}
.ask button{flex:none;display:flex;align-items:center;justify-content:center;width:44px;height:44px;padding:0;border:1px solid transparent;border-radius:12px;background:var(--accent);color:var(--on-accent)}
.ask .dayi-list{inset:auto 16px calc(100% - 6px)}
.edge{position:absolute;z-index:1;inset:0 auto 0 0;width:7px;cursor:ew-resize;touch-action:none}
.left .edge{inset:0 0 0 auto}
.edge:hover{background:var(--line)}
.grip{display:none;width:100%;height:24px;margin-bottom:-10px;padding:0 calc(50% - 20px);border:0;background:none;touch-action:none}
.grip::before{content:"";display:block;height:4px;border-radius:2px;background:var(--quiet)}
@media ${PHONE.media}{.root dialog{inset:0;width:100%;height:100dvh;border:0;border-radius:0}.edge,.wide{display:none}.grip{display:block}}
@media (prefers-reduced-motion:no-preference){dialog{animation:rise .16s ease-out}@keyframes rise{from{opacity:0;translate:0 12px}}}`;

/** @type {CSSStyleSheet | undefined} */
let sheet;
let panels = 0;

/** @typedef {HTMLElement & { root: HTMLElement, openAt(focused: HTMLElement | null): void, closed(): void, notify(name: string, detail: object): void }} Widget */

export class Panel {
  /** What had the focus before the panel was opened. @type {Element | null | undefined} */ #before;
  /** @type {Conversation | undefined} */ #conversation;
  /** @type {Promise<void> | undefined} */ #loading;
  /** Aborted when another view is shown. */ #view = new AbortController();

  /** @param {Widget} widget @param {string} draft what is typed already */
  constructor(widget, draft) {
    this.widget = widget;
    const texts = (this.texts = textsOf(widget, TEXTS));
    this.dress((sheet ??= styles(STYLE)));
    const title = `dayi-title-${++panels}`;
    this.input = make("textarea", { name: "q", rows: 1, part: "input", enterkeyhint: "send", spellcheck: "false", placeholder: texts.placeholder, "aria-label": texts.placeholder, input: () => this.#grow() });
    this.input.value = draft;
    const form = (this.form = make("form.ask", { submit: (event) => this.#submit(event) }, this.input, make("button", { part: "send", "aria-label": texts.send }, icon(SEND))));
    this.log = make("div.log", { role: "region", tabindex: 0, "aria-label": texts.conversation });
    this.back = tool(() => this.home(), icon(BACK), texts.home);
    this.clearing = tool(() => this.clear(), texts.clear);
    this.edge = make("div.edge", { pointerenter: framing, pointerdown: (event) => this.#frame("resize", event) });
    this.grip = make("button.grip", { type: "button", "aria-label": texts.pull, pointerdown: (event) => this.#frame("pull", event), click: () => this.close() });
    const wide = tool(() => this.#frame("expand"), icon(EXPAND), texts.expand);
    wide.classList.add("wide");
    const header = make("header", { part: "header" }, this.back, (this.title = make("h2", { id: title })), this.clearing, wide, tool(() => this.close(), icon(CLOSE), texts.close));
    this.dialog = make(
      "dialog",
      { part: "panel", "aria-labelledby": title, tabindex: -1, popover: "manual", keydown: (event) => this.#key(event), close: () => this.isOpen || this.close() },
      this.grip, header, this.log, form, this.edge,
    );
    this.combobox = new Combobox(this.input, form, texts, {
      found: (suggestions) => [{ options: suggestions.map(({ text, id, url }) => ({ text, url, kind: id ? "question" : "query" })) }],
      take: ({ text }) => this.#send(text),
    });
    this.input.addEventListener("input", () => conversing().catch(() => {}), { once: true });
    const [width = "", height = ""] = stored("localStorage", SIZE).split(" ");
    this.resize(width, height);
    widget.root.append(this.dialog);
    if (stored("sessionStorage", this.scope)) this.#talk((conversation) => conversation.restore());
    else this.#greet();
  }

  /** @returns {boolean} */
  get isOpen() {
    return this.dialog.matches("[open],:popover-open");
  }

  /** The storage key: each service and scope has its own conversations. */
  get scope() {
    const { tag = "", category = "" } = this.widget.dataset;
    return `dayi-conversation ${SERVICE.href} ${tag} ${category}`;
  }

  /** Adds styles to the widget. @param {CSSStyleSheet} sheet */
  dress(sheet) {
    const { adoptedStyleSheets } = /** @type {ShadowRoot} */ (this.widget.shadowRoot);
    if (!adoptedStyleSheets.includes(sheet)) adoptedStyleSheets.push(sheet);
  }

  /** The element of the panel that has the focus. */
  get focused() {
    const focused = /** @type {HTMLElement | null | undefined} */ (this.widget.shadowRoot?.activeElement);
    return focused && this.dialog.contains(focused) ? focused : null;
  }

  /** Opens the panel: over the page where there is no room beside it. @param {HTMLElement | null} [focused] what gets the focus; null for nothing */
  open(focused = this.#start) {
    // It is called what its button is called.
    this.title.textContent = this.widget.root.firstChild?.textContent ?? "";
    this.#before = this.widget.shadowRoot?.activeElement ?? document.activeElement;
    if (PHONE.matches) {
      this.dialog.showModal();
      focused ??= this.#start;
    } else {
      // A dialog that is shown takes the focus, unless it is inert.
      this.dialog.inert = !focused;
      this.dialog.showPopover();
      this.dialog.inert = false;
    }
    PHONE.addEventListener("change", this.#turn);
    this.#grow();
    focused?.focus();
  }

  /** Where the focus begins: where a question is typed, unless an on-screen keyboard would hide the rest. */
  get #start() {
    return matchMedia("(pointer:coarse)").matches ? this.dialog : this.input;
  }

  /** Opens the panel the other way when there is no longer room beside it, or again. */
  #turn = () => {
    const { focused } = this;
    this.close();
    this.widget.openAt(focused);
  };

  close() {
    const { dialog, widget, focused } = this;
    PHONE.removeEventListener("change", this.#turn);
    if (dialog.open) dialog.close();
    else if (this.isOpen) dialog.hidePopover();
    widget.closed();
    const before = /** @type {HTMLElement} */ (this.#before);
    if (focused) (before?.isConnected && before !== document.body ? before : widget.root.querySelector("button"))?.focus();
  }

  /** Makes the panel this large, within its window. @param {string} width @param {string} height lengths of CSS; empty for those it has by itself */
  resize(width, height) {
    this.dialog.style.setProperty("--dayi-width", width);
    this.dialog.style.setProperty("--dayi-height", height);
  }

  /** What visitors do to the frame of the panel, which few of them do. @param {"expand" | "resize" | "pull"} what @param {PointerEvent} [start] */
  async #frame(what, start) {
    (await framing())?.[what](this, SIZE, /** @type {PointerEvent} */ (start));
  }

  /** @param {string} question */
  async ask(question) {
    const query = question.trim();
    if (!query) return;
    this.combobox.close();
    this.#start.focus();
    await this.#talk((conversation) => conversation.ask(query));
  }

  /** Goes on with a conversation. @param {Exchange[]} exchanges */
  async continue(exchanges) {
    await this.#talk((conversation) => conversation.continue(exchanges));
  }

  /** Asks what was typed. @param {string} question */
  #send(question) {
    this.input.value = "";
    this.#grow();
    this.ask(question);
  }

  /** Deletes the conversation. @param {boolean} [all] the earlier ones and the receipts, too */
  async clear(all) {
    if (this.#conversation || this.#loading) await this.#talk((conversation) => conversation.forget());
    if (all) await (await load("./widget-history.js")).forgetAll(this.scope);
    this.home();
    this.combobox.say(this.texts.cleared);
  }

  /** Leaves the conversation, which the home view lists. */
  home() {
    this.#conversation?.continue([]);
    this.#greet();
    this.#start.focus();
  }

  /** Stores the conversation. */
  save() {
    this.#conversation?.save();
  }

  /** @param {(conversation: Conversation) => unknown} act */
  async #talk(act) {
    const signal = this.#leads("conversation");
    if (!this.#conversation) {
      this.#loading ??= this.fill(this.log, () => this.#talk(act), async () => {
        const { Conversation } = await conversing();
        this.#conversation = new Conversation(this);
        return [];
      }, signal);
      await this.#loading;
      if (signal.aborted) return;
      this.#loading = undefined;
    }
    if (this.#conversation) await act(this.#conversation);
  }

  /** Shows the ways out of a view, which ends the one before. @param {"home" | "experts" | "conversation"} view */
  #leads(view) {
    // A conversation that is shown goes on.
    if (view !== "conversation" || this.clearing.hidden) {
      this.#view.abort();
      this.#view = new AbortController();
      this.#loading = undefined;
    }
    this.back.hidden = view === "home";
    this.clearing.hidden = view !== "conversation";
    return this.#view.signal;
  }

  /** Greets at once; the rest of the home view is loaded. */
  async #greet() {
    // Nothing moves when it comes: it has its height.
    const logo = LOGO && make("img.logo", { src: new URL(LOGO, SERVICE).href, alt: "", error: (event) => event.target.remove() });
    const home = make("div.home", {}, logo, make("p.greeting", {}, this.widget.dataset.greeting ?? this.texts.greeting));
    this.log.replaceChildren(home);
    this.#leads("home");
    try {
      await (await load("./widget-home.js")).fill(home, this);
    } catch {
      // The field is there, and asking says what is wrong.
    }
  }

  /** Shows the form for the experts in place of the home view. */
  async consult() {
    const signal = this.#leads("experts");
    await this.fill(this.log, () => this.consult(), async () => {
      const { Reply } = await load("./widget-answer.js");
      return [new Reply(this, { query: "" }).form()];
    }, signal);
    if (!signal.aborted) this.log.querySelector("textarea")?.focus();
  }

  /** Shows what was made, or why it could not be. @param {HTMLElement} place @param {() => unknown} again @param {() => Promise<Node[]>} made @param {AbortSignal} [signal] */
  async fill(place, again, made, signal) {
    place.replaceChildren(make("p.quiet.wait", {}, this.texts.asking));
    try {
      const nodes = await made();
      if (!signal?.aborted) place.replaceChildren(...nodes);
    } catch (error) {
      if (signal?.aborted) return;
      // The service explains its refusal best itself.
      const why = error instanceof Refusal ? error.message : this.texts.failed;
      const retry = make("button.action", { type: "button", click: () => { this.input.focus(); again(); } }, this.texts.retry);
      place.replaceChildren(make("p.failed", {}, make("span", {}, why), retry));
      this.combobox.say(why);
    }
  }

  /** Makes the field as high as its text. */
  #grow() {
    this.input.style.height = "";
    this.input.style.height = `${this.input.scrollHeight + 2}px`;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    if (!this.combobox.unfinished) this.#send(this.combobox.text);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    // The page's own shortcuts must not react to typing in the panel.
    event.stopPropagation();
    const { key, target, shiftKey } = event;
    const isSending = key === "Enter" && target === this.input && !shiftKey;
    if (event.defaultPrevented || (key !== "Escape" && !isSending)) return;
    const isComposing = this.combobox.isComposing(event);
    if (!isSending || !isComposing) event.preventDefault();
    if (isComposing) return;
    if (isSending) this.form.requestSubmit();
    else this.close();
  }
}

/** The modules of a conversation. @returns {Promise<typeof import("./widget-conversation.js")>} */
function conversing() {
  load("./widget-answer.js", "./widget-prose.js", "./outbox.js", "./sanitize.js").catch(() => {});
  return load("./widget-conversation.js", "./widget-history.js");
}

/** What moves the frame; nothing if it cannot be loaded. @returns {Promise<typeof import("./widget-frame.js") | undefined>} */
function framing() {
  return load("./widget-frame.js").catch(() => {});
}

/** A button of the header: with a label, an icon. @param {() => unknown} click @param {Node | string} shown @param {string} [label] */
function tool(click, shown, label) {
  return make("button.tool", { type: "button", "aria-label": label, click }, shown);
}

/** What is stored under a key; nothing where storage is forbidden. @param {"localStorage" | "sessionStorage"} storage @param {string} key */
export function stored(storage, key) {
  try {
    return globalThis[storage].getItem(key) ?? "";
  } catch {
    return "";
  }
}
