// The frame of the widget's panel: beside the page its outer edge resizes it, over the page of a phone a handle pulls it down.

/** @import { Panel } from "./widget-panel.js" */

/** Lengths of a panel in pixels: the least, those of a wide one, and what is left of the window around it. */
const [LEAST, WIDE, MARGIN] = [320, 760, 40];
/** Height of the corner at the end of the edge. */
const CORNER = 24;
/** How far a panel is pulled down to close it, and how little a press may move. */
const [PULLED, PRESSED] = [96, 12];

/** Makes a panel wide and high, or of its own size again. @param {Panel} panel @param {string} key where its size is stored */
export function expand(panel, key) {
  if (panel.dialog.offsetWidth < Math.min(WIDE, innerWidth - MARGIN)) size(panel, WIDE, innerHeight);
  else panel.resize("", "");
  store(panel, key);
}

/** Moves the edge of the panel with a pointer that pressed it; the upper corner moves the upper edge, too. @param {Panel} panel @param {string} key where its size is stored @param {PointerEvent} start */
export function resize(panel, key, start) {
  const { dialog, edge, widget } = panel;
  const { top, width, height } = dialog.getBoundingClientRect();
  const isCorner = start.clientY < top + CORNER;
  const outwards = widget.root.classList.contains("left") ? 1 : -1;
  follow(edge, start, ({ clientX, clientY }) => size(panel, width + outwards * (clientX - start.clientX), isCorner ? height + start.clientY - clientY : height), () => store(panel, key));
}

/** Pulls the panel down with a pointer that pressed its handle. @param {Panel} panel @param {string} _key @param {PointerEvent} start */
export function pull(panel, _key, start) {
  const { dialog, grip } = panel;
  let pulled = 0;
  follow(grip, start, ({ clientY }) => {
    pulled = Math.max(0, clientY - start.clientY);
    dialog.style.translate = `0 ${pulled}px`;
  }, () => {
    dialog.style.translate = "";
    if (pulled > PULLED) panel.close();
    // Let go before, it springs back: this is no press. A click of a mouse comes at once, a finger makes none.
    else if (pulled > PRESSED) {
      const stop = (/** @type {Event} */ event) => event.stopImmediatePropagation();
      grip.addEventListener("click", stop, { capture: true });
      setTimeout(() => grip.removeEventListener("click", stop, { capture: true }));
    }
  });
}

/**
 * Follows a pointer that pressed an element until it is let go, which it may be already: this module comes with the first press.
 * @param {HTMLElement} element @param {PointerEvent} start @param {(moved: PointerEvent) => void} move @param {() => void} end
 */
function follow(element, { pointerId }, move, end) {
  try {
    element.setPointerCapture(pointerId);
  } catch {
    // A finger that was lifted is no pointer any more.
  }
  if (!element.hasPointerCapture(pointerId)) return;
  element.onpointermove = move;
  element.onlostpointercapture = () => {
    element.onpointermove = element.onlostpointercapture = null;
    end();
  };
}

/** @param {Panel} panel @param {number} width @param {number} height */
function size(panel, width, height) {
  const [x, y] = [[width, innerWidth], [height, innerHeight]].map(([length, room]) => `${Math.round(Math.max(LEAST, Math.min(length, room - MARGIN)))}px`);
  panel.resize(x, y);
}

/** @param {Panel} panel @param {string} key */
function store({ dialog }, key) {
  const lengths = ["--dayi-width", "--dayi-height"].map((name) => dialog.style.getPropertyValue(name));
  try {
    localStorage.setItem(key, lengths.join(" ").trim());
  } catch {
    // Storage is full or forbidden: the size is a convenience.
  }
}
