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

/** Lets a pointer move the edge of the panel; the upper corner moves the upper edge, too. @param {Panel} panel @param {string} key where its size is stored */
export function resizable(panel, key) {
  const { dialog, edge, widget } = panel;
  drag(edge, (start) => {
    const { top, width, height } = dialog.getBoundingClientRect();
    const isCorner = start.clientY < top + CORNER;
    const outwards = widget.root.classList.contains("left") ? 1 : -1;
    return ({ clientX, clientY }) => size(panel, width + outwards * (clientX - start.clientX), isCorner ? height + start.clientY - clientY : height);
  }, () => store(panel, key));
}

/** Lets the handle pull the panel down. @param {Panel} panel */
export function pullable(panel) {
  const { dialog, grip } = panel;
  let pulled = 0;
  drag(grip, (start) => (moved) => {
    pulled = Math.max(0, moved.clientY - start.clientY);
    dialog.style.translate = `0 ${pulled}px`;
  }, () => {
    dialog.style.translate = "";
    if (pulled > PULLED) panel.close();
    // Let go before, it springs back: this is no press.
    else if (pulled > PRESSED) grip.addEventListener("click", (event) => event.stopImmediatePropagation(), { capture: true, once: true });
    pulled = 0;
  });
}

/**
 * Follows a pointer that was pressed on an element until it is let go.
 * @param {HTMLElement} element @param {(start: PointerEvent) => (moved: PointerEvent) => void} begin @param {() => void} end
 */
function drag(element, begin, end) {
  element.onpointerdown = (start) => {
    element.setPointerCapture(start.pointerId);
    element.onpointermove = begin(start);
  };
  element.onlostpointercapture = () => {
    element.onpointermove = null;
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
