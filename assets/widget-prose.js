// The text of an answer in the widget: safe nodes, code that can be copied, links within it that scroll.

import { make } from "./dom.js";
import { linkTo, safeNodes, showsHtml } from "./sanitize.js";

/** @import { Reply } from "./widget-answer.js" */

const COPIED_SHOWN = 2_000;

export const PROSE_STYLE = `
h3,h4,h5,h6{margin:1.4em 0 .5em;font-size:15px;font-weight:600;line-height:1.5}
a{color:var(--accent-text);text-decoration:underline;text-decoration-thickness:1px;text-underline-offset:3px}
.prose>:first-child{margin-top:0}
.prose.plain{margin-top:8px;white-space:pre-wrap}
.log .prose p{margin:.7em 0}
.prose :is(ul,ol){margin:.7em 0;padding-inline-start:1.4em}
.prose li{margin:.25em 0}
.prose img{max-width:100%;height:auto}
.prose blockquote{margin:.8em 0;padding:0 14px;border-inline-start:3px solid var(--line);color:var(--quiet)}
.prose aside{margin:.8em 0;padding:8px 14px;border-inline-start:3px solid var(--accent-text);border-radius:4px 10px 10px 4px;background:var(--raised)}
.log .prose .callout-title{margin:0;font-weight:600}
.align-center{text-align:center}.align-right{text-align:end}
.footnotes{font-size:13.5px;color:var(--quiet)}
.prose hr{margin:1.4em 0;border:0;border-top:1px solid var(--line)}
code{font:.9em/1.6 ui-monospace,SFMono-Regular,"Cascadia Code",Menlo,Consolas,"Noto Sans Mono CJK SC",monospace}
:not(pre)>code{padding:.1em .35em;border-radius:5px;background:var(--raised)}
.code{position:relative;margin:.9em 0}
pre{direction:ltr;unicode-bidi:isolate;margin:0;padding:12px 14px;overflow-x:auto;border-radius:10px;background:var(--raised);overflow-wrap:normal;tab-size:4}
.code button{position:absolute;inset:6px 6px auto auto;padding:2px 10px;border:1px solid var(--line);border-radius:7px;background:var(--page);color:var(--quiet);font-size:12.5px}
.code button:hover{color:var(--text)}
@media (hover:hover){.code:not(:hover,:focus-within) button{opacity:0}}
@media (hover:none){pre{padding-top:38px}}
.table-scroll{overflow-x:auto;margin:.9em 0}
table{border-collapse:collapse;font-size:14px}
th,td{min-width:5em;padding:6px 10px;border:1px solid var(--line);text-align:start;vertical-align:top;overflow-wrap:normal}
th{background:var(--raised)}
mark{background:none;color:var(--text);font-weight:600}
.hl-comment{color:light-dark(#5d677a,#8b96a9)}.hl-string{color:light-dark(#0a6b45,#7bd8a5)}.hl-keyword,.hl-storage{color:light-dark(#a4278f,#e39bd6)}
.hl-constant{color:light-dark(#9a4a00,#f0b27a)}.hl-entity.hl-name,.hl-support,.hl-variable.hl-annotation{color:light-dark(#1a4fd8,#8fb0ff)}`;

/**
 * The text of an answer, with a line before it where it cannot be shown as it was formatted.
 * @param {Reply} reply @param {string} html @param {string} page of the answer
 */
export function proseOf(reply, html, page) {
  const prose = make(showsHtml() ? "div.prose" : "div.prose.plain", { dir: "auto" });
  prose.append(safeNodes(html));
  for (const code of prose.querySelectorAll("pre")) copyable(reply, code);
  for (const link of prose.querySelectorAll("a")) if (link.dataset.anchor) scrolling(link, link.dataset.anchor, prose, page);
  return showsHtml() ? [prose] : [make("p.plainly.quiet", {}, reply.texts.plain), prose];
}

/** @param {Reply} reply @param {HTMLPreElement} code */
function copyable(reply, code) {
  const { texts } = reply;
  const around = make("div.code");
  code.replaceWith(around);
  code.tabIndex = 0;
  code.setAttribute("role", "group");
  code.setAttribute("aria-label", [texts.code, code.dataset.language].filter(Boolean).join(" "));
  const button = make("button", { type: "button", click: ({ currentTarget }) => copy(reply, code, currentTarget) }, texts.copy);
  around.append(code, button);
}

/** @param {Reply} reply @param {HTMLElement} code @param {HTMLElement} button */
async function copy({ panel, texts }, code, button) {
  try {
    // Insecure pages have no clipboard. There the code is selected, so that a command or the visitor can copy it.
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(code.innerText);
    } else {
      getSelection()?.selectAllChildren(code);
      if (!document.execCommand("copy")) return;
    }
    button.textContent = texts.copied;
    panel.combobox.say(texts.copied);
    setTimeout(() => (button.textContent = texts.copy), COPIED_SHOWN);
  } catch {
    getSelection()?.selectAllChildren(code);
  }
}

/**
 * A link to a heading of the same answer: scrolls to it. Opened elsewhere, it leads to the page of the answer.
 * @param {HTMLAnchorElement} link @param {string} anchor as it is written in the address @param {HTMLElement} prose @param {string} page
 */
function scrolling(link, anchor, prose, page) {
  linkTo(link, `${page}#${anchor}`);
  link.addEventListener("click", (event) => {
    const target = [...prose.querySelectorAll("[id]")].find(({ id }) => id === anchor || encodeURIComponent(id) === anchor || encodeURI(id) === anchor);
    if (!target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    target.scrollIntoView({ block: "start" });
  });
}
