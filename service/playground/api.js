// Requests to the service, and its errors.

const LONGEST_WAIT = 10;
const KEY = "seqserve-api-key";

/** An error with a title and a text for the user. */
export class Failure extends Error {
  constructor(title, detail, { status = 0, places = [], retryable = false } = {}) {
    super(detail);
    Object.assign(this, { title, detail, status, places, retryable });
  }
}

let key = stored() ?? "";

/** Set the API key for further requests; it is kept until the tab is closed. */
export function useKey(value) {
  key = value;
  try {
    if (key) sessionStorage.setItem(KEY, key);
    else sessionStorage.removeItem(KEY);
  } catch {
    // a browser that stores nothing: the key is known until the page is left
  }
}

export const hasKey = () => key !== "";

/** The URL of a path of the service, which may be behind a prefix. */
export const address = (path) => new URL(path, new URL(".", document.baseURI)).href;

export const get = (path, signal) => ask(path, { headers: withKey(), signal });

/**
 * Ask for a prediction. A service that is busy is asked once more, when it says.
 * @param waiting told how many seconds that is
 */
export function post(path, body, signal, waiting) {
  const headers = { "Content-Type": "application/json", ...withKey() };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body), signal }, waiting);
}

const withKey = () => (key ? { "X-API-Key": key } : {});

async function ask(path, options, waiting) {
  let response = await reach(path, options);
  const seconds = retryAfter(response);
  if (waiting && seconds !== null && seconds <= LONGEST_WAIT) {
    waiting(seconds);
    await pause(seconds, options.signal);
    response = await reach(path, options);
  }
  const type = response.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/json")) return response.json(); // a 422 too, if each item has its own error
  throw await failure(response, type);
}

async function reach(path, options) {
  try {
    return await fetch(address(path), { ...options, cache: "no-store" });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new Failure("The service cannot be reached", "It may have been stopped, or the network is down.", {
      retryable: true,
    });
  }
}

async function failure(response, type) {
  const { status } = response;
  if (!type.startsWith("application/problem+json")) {
    return new Failure(`HTTP ${status}`, "Something between this page and the service answered in its place.", {
      status,
      retryable: true,
    });
  }
  const problem = await response.json();
  if (status === 401) {
    const detail = hasKey() ? "The service does not know this key." : "This service answers to those with a key.";
    return new Failure("An API key is needed", detail, { status });
  }
  const seconds = retryAfter(response);
  const again = seconds === null ? "" : ` It asks to be tried again in ${seconds} s.`;
  const busy = seconds !== null || status === 504;
  return new Failure(busy ? "The service is busy" : problem.title, sentence(problem.detail) + again, {
    status,
    places: (problem.errors ?? []).length > 1 ? problem.errors : [],
    retryable: busy || status >= 500,
  });
}

/** Add a capital and a full stop, which the service's messages lack. */
export function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

function retryAfter(response) {
  if (response.status !== 429 && response.status !== 503) return null;
  const seconds = Number.parseInt(response.headers.get("Retry-After") ?? "", 10);
  return Number.isNaN(seconds) ? null : seconds;
}

function pause(seconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
