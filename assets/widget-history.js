// Conversations of this browser that the widget lists again: their questions, without the answers, which are looked up anew.

import { load } from "./service.js";

/** @import { Exchange } from "./widget-answer.js" */

const MOST_KEPT = 5;

/** The conversations of a scope, the latest first. @param {string} scope @returns {Exchange[][]} */
export function earlier(scope) {
  try {
    const kept = JSON.parse(localStorage.getItem(scope) ?? "[]");
    return Array.isArray(kept) ? kept.filter((one) => one?.[0]?.query) : [];
  } catch {
    return [];
  }
}

/** Stores a conversation before the others. @param {string} scope @param {Exchange[]} exchanges */
export function keep(scope, exchanges) {
  const asked = exchanges.map((exchange) => ({ ...exchange, found: undefined }));
  if (asked.length) store(scope, [asked, ...without(scope, exchanges)].slice(0, MOST_KEPT));
}

/** Deletes a conversation. @param {string} scope @param {Exchange[]} exchanges */
export function forget(scope, exchanges) {
  store(scope, without(scope, exchanges));
}

/** Deletes all conversations of a scope, and the receipts of questions to the experts. @param {string} scope */
export async function forgetAll(scope) {
  store(scope, []);
  try {
    sessionStorage.removeItem(scope);
  } catch {
    // Nothing is stored where storage is forbidden.
  }
  /** @type {typeof import("./outbox.js")} */
  const { forgetReceipts } = await load("./outbox.js");
  forgetReceipts();
}

/** @param {string} scope @param {Exchange[]} exchanges */
function without(scope, exchanges) {
  return earlier(scope).filter(([{ begun }]) => begun !== exchanges[0]?.begun);
}

/** @param {string} scope @param {Exchange[][]} conversations */
function store(scope, conversations) {
  try {
    if (conversations.length) localStorage.setItem(scope, JSON.stringify(conversations));
    else localStorage.removeItem(scope);
  } catch {
    // Storage is full or forbidden: the list is a convenience.
  }
}
