import { now, withStackLimit, type CallSite } from "@holdup/primitives";
import type { Callable } from "./patches.ts";

/** Frames between a library's inner function and the program's own: request builders, mappers, retries. */
const depth = 24;

/** So many in a tenth of a second. */
const most = 25;
const spanMs = 100;

let left = 0;
let until = Number.NEGATIVE_INFINITY;

// Something in between is no place of the program: better nowhere than there.
const nowhere: CallSite = {};

/** Begins anew, as a process does: tests in one process would else use up each other's. */
export function refill(): void {
  until = Number.NEGATIVE_INFINITY;
}

/**
 * Where `fn` was called from, however many frames of libraries lie between; now and then, when there are too many calls.
 * For operations that cost more than looking that up.
 */
export function siteAbove(fn: Callable): CallSite {
  const at = now();
  // A test's clock may stand long before the one that was there first.
  if (at >= until || at < until - spanMs) {
    until = at + spanMs;
    left = most;
  }
  if (left-- <= 0) return nowhere;
  const site: CallSite = {};
  withStackLimit(depth, () => Error.captureStackTrace(site, fn));
  return site;
}
