// Texts that are too long for an address, or for the service.

import { ask } from "./service.js";

/** Characters of an encoded text that goes into an address, at most. */
const LONGEST_IN_ADDRESS = 4_000;
/** Characters that are sent, at most: of a longer text the beginning and the end. */
const LONGEST = 32_768;

/** What is sent of a text. @param {string} text */
export function fitting(text) {
  const isCut = text.length > LONGEST;
  return { text: isCut ? `${text.slice(0, LONGEST / 2)}\n${text.slice(-LONGEST / 2)}`.toWellFormed() : text, isCut };
}

/** Whether a text has room in an address. @param {string} text */
export function fitsAddress(text) {
  return new URLSearchParams({ q: text }).toString().length <= LONGEST_IN_ADDRESS;
}

/**
 * What the service finds for a text of any length.
 * @param {string} text @param {Record<string, unknown>} parameters @param {RequestInit} init
 */
export async function searchFor(text, parameters, init) {
  const { text: q, isCut } = fitting(text);
  const found = await ask("api/v1/search", { ...init, method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ ...parameters, q }) });
  return { ...found, query_truncated: isCut || found.query_truncated };
}
