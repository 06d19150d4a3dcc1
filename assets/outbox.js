// Sends ratings and questions, and stores them until they have arrived. They are sent again when a page loads, when the
// connection is back, and after the time that the service asks for. A message has the same
// Idempotency-Key each time, so that sending it twice counts once.

import { Refusal, SERVICE, ask } from "./service.js";

const KEPT = `dayi-outbox ${SERVICE.href}`;
/** The wait between tries doubles from the first to the longest, in milliseconds. */
const FIRST_WAIT = 2_000;
const LONGEST_WAIT = 600_000;
/** Receipts stored, at most; a conversation that is shown again needs them. */
const MOST_RECEIPTS = 20;

/** @typedef {{ key: string, path: string, language: string, body: Record<string, unknown>, after?: number, unkept?: boolean, receipt?: { number?: number, url?: string } }} Message */
/** @typedef {{ state: "sending" | "kept" | "sent" | "refused", number?: number, url?: string, refusal?: Refusal }} Fate */

/** @type {Map<string, (fate: Fate) => void>} */
const watchers = new Map();
/** The messages, used only if storage is full or forbidden. @type {Message[] | undefined} */
let unstored;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;
let failures = 0;
let sending = false;

/**
 * Sends `body`, now or later, and returns the key of the message.
 * @param {string} path @param {Record<string, unknown>} body @param {string} language @param {(fate: Fate) => void} watcher
 */
export function send(path, body, language, watcher) {
  const message = { key: newKey(), path, language, body };
  watchers.set(message.key, watcher);
  // A new rating replaces a rating of the same answer that is still waiting.
  const outdated = (/** @type {Message} */ other) => body.question_id && !other.receipt && other.path === path && other.body.question_id === body.question_id;
  write([...read().filter((other) => !outdated(other)), message]);
  deliver();
  return message.key;
}

/** Calls `watcher` with the state of a message of an earlier page, now and whenever it changes. @param {string} key @param {(fate: Fate) => void} watcher */
export function watch(key, watcher) {
  const message = read().find((other) => other.key === key);
  if (!message || message.receipt) return watcher({ state: "sent", ...message?.receipt });
  watchers.set(key, watcher);
  watcher({ state: "kept" });
}

/** Deletes the receipts. What waits is still sent, and its receipt is not kept. */
export function forgetReceipts() {
  write(read().filter((message) => !message.receipt).map((message) => ({ ...message, unkept: true })));
}

/** Sends the waiting messages one after the other, in one tab only. */
export async function deliver() {
  clearTimeout(timer);
  if (sending) return;
  sending = true;
  try {
    // Insecure pages and some frames have no locks. There two tabs may send a message twice, which is harmless because of
    // its key.
    if (navigator.locks) await navigator.locks.request(KEPT, deliverAll).catch(deliverAll);
    else await deliverAll();
  } finally {
    sending = false;
  }
}

async function deliverAll() {
  for (let message = next(); message; message = next()) {
    const wait = (message.after ?? 0) - Date.now();
    if (wait > 0) return later(wait);
    const { key, path, language, body } = message;
    try {
      const receipt = await ask(path, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": key, "accept-language": language },
        body: JSON.stringify(body),
      });
      failures = 0;
      settle(key, { state: "sent", number: receipt.number, url: receipt.receipt_url ?? undefined });
    } catch (error) {
      if (isFinal(error)) {
        settle(key, { state: "refused", refusal: /** @type {Refusal} */ (error) });
      } else {
        return keep(message, error);
      }
    }
  }
}

const next = () => read().find((message) => !message.receipt);

/** @param {unknown} error */
function isFinal(error) {
  return error instanceof Refusal && error.status >= 400 && error.status < 500 && error.status !== 408 && error.status !== 429;
}

/** @param {string} key @param {Fate} fate */
function settle(key, fate) {
  const kept = read();
  const at = kept.findIndex((message) => message.key === key);
  const [message] = at < 0 ? [] : kept.splice(at, 1);
  // Only a question for the experts has a number, which is shown again later.
  if (message && !message.unkept && fate.number) kept.push({ ...message, body: {}, receipt: { number: fate.number, url: fate.url } });
  const receipts = kept.filter((other) => other.receipt);
  write(kept.filter((other) => !receipts.slice(0, -MOST_RECEIPTS).includes(other)));
  watchers.get(key)?.(fate);
  watchers.delete(key);
}

/** @param {Message} message @param {unknown} error */
function keep(message, error) {
  const asked = error instanceof Refusal ? pause(error.retryAfter) : undefined;
  if (asked) write(read().map((other) => (other.key === message.key ? { ...other, after: Date.now() + asked } : other)));
  watchers.get(message.key)?.({ state: "kept" });
  later(asked ?? Math.min(FIRST_WAIT * 2 ** failures++, LONGEST_WAIT));
}

/** Milliseconds of a Retry-After header, which has seconds or a date. @param {string | null} header */
function pause(header) {
  if (!header) return undefined;
  const milliseconds = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return milliseconds > 0 ? milliseconds : undefined;
}

/** @param {number} wait */
function later(wait) {
  timer = setTimeout(deliver, Math.min(wait, LONGEST_WAIT));
}

/** @returns {Message[]} */
function read() {
  if (unstored) return unstored;
  try {
    const kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept : [];
  } catch {
    return [];
  }
}

/** @param {Message[]} messages */
function write(messages) {
  try {
    if (messages.length) localStorage.setItem(KEPT, JSON.stringify(messages));
    else localStorage.removeItem(KEPT);
  } catch {
    unstored = messages;
  }
}

/** A random UUID; `crypto.randomUUID` is for secure pages only. */
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

addEventListener("online", deliver);
deliver();
