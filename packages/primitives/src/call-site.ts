import { withStackLimit } from "./subject.ts";

/** A place in the program, captured and not read yet: reading it costs more than capturing it. */
export interface CallSite {
  /** Frames, as the runtime keeps them. */
  stack?: unknown;
}

// Enough to get past the frames of wrappers to the user's.
const depth = 12;

/**
 * Looks up where it is called. Give the result to operations in a hot loop (`WaitOptions.site`): all of them
 * count to this line, at no cost, where otherwise one in some hundreds would be looked up.
 *
 * @example
 * ```ts
 * const here = callSite();
 * for (const row of rows) {
 *   using hold = await lock.acquire({ site: here });
 * }
 * ```
 */
export function callSite(): CallSite {
  const site: CallSite = {};
  withStackLimit(depth, () => Error.captureStackTrace(site, callSite));
  return site;
}
