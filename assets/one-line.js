// An input of one line that keeps the line breaks of what is pasted into it.

/** Stands for a line break in an input, which has none of its own. */
const BREAK = "↵";

/** Keeps the line breaks of what is pasted or dropped into an input. @param {HTMLInputElement} input @param {AbortSignal} [signal] */
export function keepLineBreaks(input, signal) {
  for (const kind of ["paste", "drop"]) input.addEventListener(kind, (event) => insert(input, event), { signal });
}

/** @param {HTMLInputElement} input @param {any} event */
function insert(input, event) {
  const text = (event.clipboardData ?? event.dataTransfer)?.getData("text").trim() ?? "";
  const line = text.replaceAll(/\r\n?|\n/g, BREAK);
  if (line === text) return;
  event.preventDefault();
  input.focus();
  // As if it were typed, so that it can be undone.
  if (document.execCommand("insertText", false, line)) return;
  input.setRangeText(line);
  input.dispatchEvent(new Event("input"));
}

/** The text of an input, with its line breaks. @param {HTMLInputElement} input */
export function textOf(input) {
  return input.value.replaceAll(BREAK, "\n").trim();
}
