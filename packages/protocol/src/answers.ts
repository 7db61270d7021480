/**
 * What the collector answers to questions over HTTP, besides the hot spots and the status.
 * Times are Unix milliseconds, durations seconds, unless the name says otherwise.
 */

import type { HolderActivities, Party, PrimitiveState, SeriesPoint, Site } from "./live.ts";

/** One page of an answer. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** The cursor of the next page; null at the end. */
  readonly next: string | null;
}

/** What history knows of a service. */
export interface ServiceSummary {
  readonly name: string;
  /** How many primitives it has told of. */
  readonly primitives: number;
  /** Unix ms. */
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** A service, and how many of its processes were heard of in the last half minute. */
export interface ServiceInfo extends ServiceSummary {
  readonly instances: number;
}

/** Values between two bounds, in seconds; the upper bound is inclusive. Zeros lie from 0 to 0. */
export interface Bar {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** How long something took, in seconds. */
export interface Distribution {
  readonly count: number;
  readonly sum: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly histogram: readonly Bar[];
}

/** What happened at one waiting site. */
export interface WaiterSite {
  readonly site: Site | null;
  readonly operations: number;
  readonly contended: number;
  readonly waitSeconds: number;
  readonly waitP50: number;
  readonly waitP99: number;
}

/** What happened at one holding site. */
export interface HolderSite {
  readonly site: Site | null;
  readonly holds: number;
  readonly holdSeconds: number;
  readonly holdP99: number;
  readonly blameSeconds: number;
}

/** How long those at one site waited because of those at another. */
export interface MatrixEntry {
  /** Null where it is not known. */
  readonly waiterSite: Site | null;
  /** Null where nobody held. */
  readonly holderSite: Site | null;
  readonly blameSeconds: number;
}

/** How often operations of one kind ended in one way. */
export interface OutcomeCount {
  readonly operation: string;
  readonly outcome: string;
  readonly operations: number;
}

/** One point of a primitive's history, and how long its waits took. */
export interface HistoryPoint extends SeriesPoint {
  readonly waitP95: number;
  readonly holdP95: number;
  /** From each power of two to the next; those that had to wait. */
  readonly waits: readonly Bar[];
}

/** Everything known of one primitive in a stretch of time. */
export interface PrimitiveHistory {
  readonly service: string;
  readonly primitive: { readonly name: string; readonly type: string };
  readonly operations: number;
  readonly contended: number;
  readonly blameSeconds: number;
  readonly wait: Distribution;
  readonly hold: Distribution;
  readonly handoff: Distribution;
  /** Oldest first; stretches without news have no point. */
  readonly series: readonly HistoryPoint[];
  /** How much time a point of the series covers. */
  readonly stepSeconds: number;
  /** Most waiting first. */
  readonly waiterSites: readonly WaiterSite[];
  /** Most blamed first; the site null stands for waiting while nobody held. */
  readonly holderSites: readonly HolderSite[];
  /** Who waited because of whom, most first; adds up to `blameSeconds`. */
  readonly matrix: readonly MatrixEntry[];
  /** What holders did while others waited, the busiest first. */
  readonly activities: readonly HolderActivities[];
  /** Most frequent first. */
  readonly outcomes: readonly OutcomeCount[];
}

/** A primitive's history and its state right now. */
export interface PrimitiveDetail extends PrimitiveHistory {
  /** How many wait and hold right now. */
  readonly waiters: number;
  readonly holders: number;
  /** Who waits and holds right now; null while nobody waits. */
  readonly state: PrimitiveState | null;
}

/** One primitive of one process that someone waits for right now: each waiter waits for all of the holders. */
export interface WaitGraphItem {
  readonly service: string;
  readonly instance: string;
  readonly primitive: { readonly name: string; readonly type: string };
  /** Tells primitives of one process and name apart; absent if its program did not. */
  readonly object?: number;
  readonly holders: readonly Party[];
  readonly waiters: readonly Party[];
}

/** One wait whose span was kept by its program's sampling. */
export interface KeptWait {
  readonly service: string;
  readonly instance: string;
  readonly primitive: { readonly name: string; readonly type: string };
  readonly operation: string;
  readonly outcome: string;
  readonly contended: boolean;
  readonly waiterSite: Site | null;
  readonly task: string | null;
  /** Unix ms. */
  readonly start: number;
  readonly end: number;
  readonly waitSeconds: number;
  /** Until it was granted. */
  readonly blockedSeconds: number;
  /** From the grant until the code ran on: the event loop's part. */
  readonly handoffSeconds: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty if the wait began its trace. */
  readonly parentSpanId: string;
  /** The spans of the holds that blocked it. */
  readonly holders: readonly { readonly traceId: string; readonly spanId: string }[];
  /** The chance with which the span was kept; 1 if it was certain. */
  readonly samplingProbability: number;
}

/** One hold whose span was kept by its program's sampling: mostly one that somebody waited behind. */
export interface KeptHold {
  readonly service: string;
  readonly instance: string;
  readonly primitive: { readonly name: string; readonly type: string };
  readonly operation: string;
  readonly holderSite: Site | null;
  readonly task: string | null;
  /** Unix ms. */
  readonly start: number;
  readonly end: number;
  readonly holdSeconds: number;
  /** How much of the primitive it took. */
  readonly permits: number;
  readonly traceId: string;
  readonly spanId: string;
  /** Empty if the hold began its trace. */
  readonly parentSpanId: string;
  /** The span of the wait that was granted it; null if it had not to wait, or that was not kept. */
  readonly wait: { readonly traceId: string; readonly spanId: string } | null;
  /** The chance with which the span was kept; 1 if it was certain. */
  readonly samplingProbability: number;
}
