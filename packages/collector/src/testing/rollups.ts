/** Rollups of a small town, for tests of stores. */

import { Histogram, type KeptFinding, type KeptHold, type KeptWait, type Site } from "@holdup/protocol";
import type { Measure, Rollup, Series } from "../rollup.ts";
import { batchOf, type Batch } from "../store.ts";
import { siteAt } from "./observed-program.ts";

/** The moment of all rollups whose time is not given. */
export const now = 1_800_000_000_000;

let batches = 0;

/** A batch like no other. */
export function batch(parts: Partial<Omit<Batch, "token">>): Batch {
  return batchOf(`batch ${batches++}`, parts);
}

export function rollup(measure: Measure, series: Partial<Series> = {}, time: number = now): Rollup {
  const whole: Series = {
    service: "shop",
    type: "lock",
    name: "accounts",
    operation: "",
    outcome: "",
    waiterSite: null,
    holderSite: null,
    ...series,
  };
  return { series: whole, time, measure };
}

export function histogram(values: readonly number[]): Histogram {
  const recorded = new Histogram();
  for (const value of values) recorded.record(value);
  return recorded;
}

export function wait(values: readonly number[], series: Partial<Series> = {}, time: number = now): Rollup {
  const contended = values.filter((value) => value > 0).length;
  const operation = { operation: "acquire", outcome: "granted" };
  return rollup({ kind: "wait", histogram: histogram(values), contended }, { ...operation, ...series }, time);
}

export function hold(
  values: readonly number[],
  holderSite: Site | null,
  series: Partial<Series> = {},
): Rollup {
  return rollup({ kind: "hold", histogram: histogram(values) }, { holderSite, ...series });
}

export function blame(seconds: number, holderSite: Site | null, series: Partial<Series> = {}): Rollup {
  return rollup({ kind: "blame", seconds }, { holderSite, ...series });
}

export function pair(
  seconds: number,
  waiterSite: Site | null,
  holderSite: Site | null,
  name = "accounts",
): Rollup {
  return blame(seconds, holderSite, { waiterSite, name });
}

export function activity(name: string, seconds: number, holderSite: Site | null): Rollup {
  return rollup({ kind: "activity", name, seconds }, { holderSite });
}

export function explained(holds: number, holderSite: Site | null): Rollup {
  return rollup({ kind: "explained", holds }, { holderSite });
}

export function keptWait(spanId: string, parts: Partial<KeptWait> = {}): KeptWait {
  return {
    service: "shop",
    instance: "i-1",
    primitive: { name: "accounts", type: "lock" },
    operation: "acquire",
    outcome: "granted",
    contended: true,
    waiterSite: siteAt(1),
    task: null,
    start: now - 1_000,
    end: now,
    waitSeconds: 1,
    blockedSeconds: 0.75,
    handoffSeconds: 0.25,
    traceId: "1".repeat(32),
    spanId,
    parentSpanId: "",
    holders: [{ traceId: "1".repeat(32), spanId: "2".repeat(16) }],
    samplingProbability: 0.5,
    ...parts,
  };
}

export function keptHold(spanId: string, parts: Partial<KeptHold> = {}): KeptHold {
  return {
    service: "shop",
    instance: "i-1",
    primitive: { name: "accounts", type: "lock" },
    operation: "acquire",
    holderSite: siteAt(2),
    task: "refund",
    start: now - 1_000,
    end: now,
    holdSeconds: 1,
    permits: 1,
    traceId: "1".repeat(32),
    spanId,
    parentSpanId: "",
    wait: { traceId: "3".repeat(32), spanId: "2".repeat(16) },
    samplingProbability: 1,
    ...parts,
  };
}

export function finding(id: string, parts: Partial<KeptFinding> = {}): KeptFinding {
  return {
    service: "shop",
    instance: "i-1",
    id,
    kind: "convoy",
    severity: "warning",
    message: `finding ${id}`,
    advice: "hold it for less long",
    primitives: ["accounts"],
    sites: [siteAt(3)],
    spans: [{ traceId: "1".repeat(32), spanId: "2".repeat(16) }],
    count: 1,
    firstSeen: now - 2_000,
    lastSeen: now - 1_000,
    ...parts,
  };
}

// accounts: two sites wait 1 s and 3 s; 3 s are blamed on line 30, 0.5 s on line 40, 0.5 s on nobody.
// ledger: waits 1 s, all of it blamed on line 50. idle: used, never waited for.
export const town: readonly Rollup[] = [
  wait([0.25, 0.75], { waiterSite: siteAt(1) }),
  wait([1, 2], { waiterSite: siteAt(2) }),
  wait([0, 0, 0, 0]),
  hold([0.5, 0.5, 1], siteAt(30)),
  hold([4], siteAt(40)),
  blame(3, siteAt(30)),
  blame(0.5, siteAt(40)),
  blame(0.5, null),
  wait([1], { name: "ledger", waiterSite: siteAt(9) }),
  blame(1, siteAt(50), { name: "ledger" }),
  wait([0, 0], { name: "idle" }),
];
