/** The unit of what is stored: one figure of one series at one time. */

import type { HistogramData, Site } from "@holdup/protocol";
import { siteKey } from "./site.ts";

/** What a figure is about. Sites are null where they are unknown or, for a holder, where nobody held. */
export interface Series {
  readonly service: string;
  readonly type: string;
  readonly name: string;
  readonly operation: string;
  readonly outcome: string;
  readonly waiterSite: Site | null;
  readonly holderSite: Site | null;
  /** Reckoned from sampled spans; counts only where the primitive's program sends no exact figures. */
  readonly estimated?: true;
}

/** What was measured. Durations are in seconds. */
export type Measure =
  /** Waits of operations; those that did not wait are zeros. */
  | { readonly kind: "wait"; readonly histogram: HistogramData; readonly contended: number }
  | { readonly kind: "hold"; readonly histogram: HistogramData }
  | { readonly kind: "handoff"; readonly histogram: HistogramData }
  /** The same operations, counted. Where both arrive, the waits are believed. */
  | { readonly kind: "operations"; readonly operations: number; readonly contended: number }
  /** Waiting of those at the waiter's site because of those at the holder's. */
  | { readonly kind: "blame"; readonly seconds: number }
  /** What holders did while others waited, over the holds that were looked at. */
  | { readonly kind: "activity"; readonly name: string; readonly seconds: number }
  /** How many holds were looked at. */
  | { readonly kind: "explained"; readonly holds: number }
  /** How many wait, over all instances. */
  | { readonly kind: "waiters"; readonly waiters: number };

export interface Rollup {
  readonly series: Series;
  /** Unix ms: the end of the interval that the measure covers. */
  readonly time: number;
  readonly measure: Measure;
}

// A program's metrics are about the same series in each interval; see `seriesOf` of the aggregation.
const keys = new WeakMap<Series, string>();

/** What makes two series the same. */
export function seriesKey(series: Series): string {
  let key = keys.get(series);
  if (key === undefined) keys.set(series, (key = newKey(series)));
  return key;
}

function newKey(series: Series): string {
  const { service, type, name, operation, outcome, waiterSite, holderSite, estimated } = series;
  const parts = [service, type, name, operation, outcome, siteKey(waiterSite), siteKey(holderSite)];
  return JSON.stringify(estimated === true ? [...parts, "estimated"] : parts);
}
