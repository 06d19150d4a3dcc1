// Requests to the service: its address, how long to wait, and refusals.

/** The address of the service is that of this module. */
export const SERVICE = new URL(".", import.meta.url);
/** How long a visitor waits for a response, in milliseconds. */
const PATIENCE = 10_000;
let warned = false;

/** A refused request, with its problem details (RFC 9457). */
export class Refusal extends Error {
  /** @param {number} status @param {{ title?: string, detail?: string, code?: string }} problem @param {string | null} retryAfter */
  constructor(status, problem, retryAfter) {
    super(problem.detail ?? problem.title ?? `${status}`);
    this.status = status;
    this.code = problem.code;
    this.retryAfter = retryAfter;
  }
}

/**
 * The JSON at a path of the service. Throws a `Refusal` for an error status, and the error of fetch if no response came.
 * @param {string} path @param {RequestInit} [init]
 * @returns {Promise<any>}
 */
export async function ask(path, { signal, ...init } = {}) {
  const patience = AbortSignal.timeout(PATIENCE);
  try {
    const answer = await fetch(new URL(path, SERVICE), { ...init, credentials: "omit", signal: signal ? AbortSignal.any([signal, patience]) : patience });
    if (answer.ok) return await answer.json();
    throw new Refusal(answer.status, await answer.json().catch(() => ({})), answer.headers.get("retry-after"));
  } catch (error) {
    if (error instanceof TypeError) explain();
    throw error;
  }
}

/** How often loading each module has failed. @type {Map<string, number>} */
const failures = new Map();

/**
 * Imports a module of the service when it is needed. Browsers may cache a failure by its address, so a
 * retry uses another address.
 * @param {string} module
 * @param {...string} imported modules that it imports, fetched in parallel instead of after it
 */
export async function load(module, ...imported) {
  for (const other of imported) import(other).catch(() => {});
  const failed = failures.get(module) ?? 0;
  try {
    return await import(failed ? `${module}#${failed}` : module);
  } catch (error) {
    failures.set(module, failed + 1);
    throw error;
  }
}

/** Warns the page's developer once: browsers do not say to a script that CORS was the reason. */
function explain() {
  if (warned || SERVICE.origin === location.origin) return;
  warned = true;
  console.warn(`dayi: ${SERVICE.origin} did not answer ${location.origin}. Add this origin to cors_origins there, or check that the service is up.`);
}
