/** What must hold: each figure, its goal, and how a measurement stands to it. */
import type { CheckoutCost } from "./checkout-cost.ts";
import { parked, shortLine } from "./drain.ts";
import type { Results } from "./run.ts";

/** What was measured on one Node. */
export interface Measured extends Results {
  readonly checkout: CheckoutCost;
}

type Verdict = "met" | "missed" | "not decided";

export interface Goal {
  readonly figure: string;
  readonly goal: string;
  readonly measure: (measured: Measured) => { readonly value: string; readonly verdict: Verdict };
  /** Why it may be missed; said where it is. */
  readonly why?: string;
}

type Unit = "×" | "B" | "ns";

/** A figure of which less is better. */
function atMost(
  goal: number,
  unit: Unit,
  figure: string,
  read: (measured: Measured) => number,
  why?: string,
): Goal {
  return {
    figure,
    goal: `≤ ${number(goal, unit)}`,
    measure(measured) {
      const value = read(measured);
      return { value: number(value, unit), verdict: value <= goal ? "met" : "missed" };
    },
    ...(why === undefined ? {} : { why }),
  };
}

function number(value: number, unit: Unit): string {
  return unit === "×" ? value.toPrecision(3) : `${value.toFixed(0)} ${unit}`;
}

/** One case's median / another's, of the same table. */
const ratio =
  (table: string, name: string, peer: string) =>
  ({ tables }: Measured): number =>
    (tables[table]?.[name]?.median ?? Number.NaN) / (tables[table]?.[peer]?.median ?? Number.NaN);

const fewestShare = 0.97;

/** Missed only if the whole interval lies below, met only if the whole interval does not. */
const checkout: Goal = {
  figure: "an Express service at saturation: CPU for each request, Holdup off / fully on",
  goal: `≥ ${fewestShare}`,
  measure({ checkout: { ratio: share } }) {
    const value = `${share.median.toFixed(3)} (95 %: ${share.low.toFixed(3)} to ${share.high.toFixed(3)})`;
    if (share.high < fewestShare) return { value, verdict: "missed" };
    return { value, verdict: share.low >= fewestShare ? "met" : "not decided" };
  },
};

const whyHandOff =
  "three clock reads (enqueue, grant, resume) where the goal's prototype has two: a wait's blocked part and its hand-off are told apart; a promise tells the resume; and each wait and each hold has a note, which findings, explanations and the flight recorder are made of";

const whyAwaited =
  "two clock reads are half of it; the rest is the note of who holds, which deadlocks and explanations are found by";

/** Medians of one interleaved run. */
export const goals: readonly Goal[] = [
  atMost(
    1.4,
    "×",
    "unobserved awaited acquire + release / bare async-sema",
    ratio("uncontended", "holdup, awaited", "async-sema"),
    "an acquire makes a promise, a grant and a handle onto it, so that a handle that is dropped while it holds can be noticed; async-sema gives no handle",
  ),
  atMost(
    1,
    "×",
    "fully observed tryAcquire + release / bare async-mutex Semaphore(1)",
    ratio("uncontended", "holdup observed, tryAcquire", "async-mutex Semaphore(1)"),
  ),
  atMost(
    1.7,
    "×",
    "fully observed awaited acquire + release / bare async-mutex Semaphore(1)",
    ratio("uncontended", "holdup observed, awaited", "async-mutex Semaphore(1)"),
    whyAwaited,
  ),
  atMost(
    0.15,
    "×",
    "fully observed awaited acquire + release / bare async-mutex Mutex",
    ratio("uncontended", "holdup observed, awaited", "async-mutex Mutex"),
    whyAwaited,
  ),
  atMost(
    50,
    "ns",
    "fully observed tryAcquire + release, less two clock reads (best rounds)",
    ({ tables, nowNs }) =>
      (tables["uncontended"]?.["holdup observed, tryAcquire"]?.best ?? Number.NaN) - 2 * nowNs,
  ),
  ...[2, 16, 1000].map((waiters) =>
    atMost(
      1.5,
      "×",
      `fully observed hand-off among ${waiters} / bare async-mutex Semaphore(1)`,
      ratio(`hand-off among ${waiters}`, "holdup observed", "async-mutex Semaphore(1)"),
      waiters === 2 ? whyHandOff : undefined,
    ),
  ),
  ...[2, 16, 1000].map((waiters) =>
    atMost(
      2,
      "×",
      `… inside tasks, among ${waiters}`,
      ratio(`hand-off among ${waiters}`, "holdup observed, in tasks", "async-mutex Semaphore(1)"),
    ),
  ),
  atMost(
    0.06,
    "×",
    "everything on, awaited / naive OTel (async-sema, a span and two histograms for each operation)",
    ratio("uncontended", "holdup observed, awaited", "async-sema + OTel span + 2 histograms"),
  ),
  atMost(
    2,
    "×",
    `hand-off with ${parked.toLocaleString("en")} parked in one line / in lines of ${shortLine}`,
    ({ drain: { holdup } }) => holdup.one.median / holdup.many.median,
  ),
  atMost(
    2,
    "×",
    "queue putNowait + awaited get, observed / bare async-channel",
    ratio("queue", "holdup observed", "async-channel"),
  ),
  atMost(304, "B", "heap per waiter", ({ heap }) => heap.waiter),
  atMost(400, "B", "heap per new lock", ({ heap }) => heap.newLock),
  atMost(3500, "B", "heap per busy lock, observed, of one name", ({ heap }) => heap.busyLock),
  atMost(8000, "B", "heap per busy lock, observed, with a name of its own", ({ heap }) => heap.busyName),
  checkout,
];
