/** Blocked time as a rate: seconds of waiting caused in each second. */

import { formatCount } from "./count.ts";
import { formatDuration, formatTick } from "./duration.ts";

/** "250 ms", "2.9 s", "4,308 s": "71.8 min per second" is a number that nobody can picture. */
export function formatRate(rate: number): string {
  return rate < 99.95 ? formatDuration(rate) : `${formatCount(rate)}\u00A0s`;
}

/** The same for the marks of an axis. */
export function formatRateTick(rate: number): string {
  return rate < 99.95 ? formatTick(rate) : `${formatCount(rate)}\u00A0s`;
}

/**
 * "≈ 2.9 waiters on average": a second of waiting per second is one who waits all the time. Nothing below
 * that, where a part of a waiter explains less than the time.
 */
export function waitersOnAverage(rate: number): string | undefined {
  if (rate < 1) return undefined;
  return `≈ ${rate < 9.95 ? rate.toFixed(1) : formatCount(rate)} waiters on average`;
}

/** How often something happens in a second: "1,284", "12.4", "0.35", "<0.01". */
export function formatRatePerSecond(rate: number): string {
  if (rate === 0) return "0";
  if (rate < 0.01) return "<0.01";
  return rate < 99.95 ? rate.toPrecision(rate < 1 ? 2 : 3) : formatCount(rate);
}
