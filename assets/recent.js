// Searches of this browser that are offered again.

const RECENT = "dayi-recent-searches";
const MOST_RECENT = 5;

/** Stores a search, before the older ones. @param {string} text */
export function remember(text) {
  const kept = text.trim();
  if (kept) store([kept, ...recentSearches().filter((other) => other !== kept)].slice(0, MOST_RECENT));
}

/** @returns {string[]} the latest first */
export function recentSearches() {
  try {
    const kept = JSON.parse(localStorage.getItem(RECENT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

/** @param {string[]} searches */
function store(searches) {
  try {
    localStorage.setItem(RECENT, JSON.stringify(searches));
  } catch {
    // Storage is full or forbidden: recent searches are a convenience.
  }
}

export function forgetSearches() {
  try {
    localStorage.removeItem(RECENT);
  } catch {
    // As above.
  }
}
