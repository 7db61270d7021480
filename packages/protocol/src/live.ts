/**
 * What the collector tells its viewers: the answers of its HTTP routes and the live messages of its
 * socket. A viewer gets one `snapshot`, then `changes` with what changed since.
 * Times are Unix milliseconds, durations seconds, unless the name says otherwise.
 */

import type { ServiceFinding } from "./finding.ts";
import type { PackedChanges } from "./packed-changes.ts";

/** A place in the user's source. */
export interface Site {
  readonly functionName: string;
  /** Relative to the observed program's project root. */
  readonly filePath: string;
  readonly lineNumber: number;
}

/** One thing that holders did while others waited: `in SELECT stock`, `running`. */
export interface Activity {
  readonly name: string;
  /** Of all holds that were looked at together. */
  readonly seconds: number;
}

/** What the holders at one place did while others waited, as far as they were looked at. */
export interface HolderActivities {
  readonly holderSite: Site | null;
  /** How many holds were looked at. */
  readonly holds: number;
  /** Most first. */
  readonly activities: readonly Activity[];
}

/** What stands for all activities that are too many to be named one by one. */
export const otherActivities = "other";

/** One row of the hot spots: what is waited for, by whom, because of whom, at what cost. */
export interface HotSpot {
  readonly service: string;
  readonly primitive: { readonly name: string; readonly type: string };
  /** Where the waiting happened; where the grouping doesn't fix it, the known site that waited most. */
  readonly waiterSite: Site | null;
  /**
   * Where the blocking hold was taken; where the grouping doesn't fix it, the known site with the most blame,
   * `notSampled` if none of those that held is known, and null if nobody held.
   */
  readonly holderSite: Site | null;
  readonly operations: number;
  readonly contended: number;
  readonly waitSeconds: number;
  readonly waitP50: number;
  readonly waitP99: number;
  readonly holdSeconds: number;
  readonly holdP99: number;
  /** Waiting caused. Waiting while nobody held is charged to the holder site null. */
  readonly blameSeconds: number;
  /** What those who held at `holderSite` did, the longest few by name; absent if nobody looked. */
  readonly held?: HolderActivities;
  /** How many wait right now. */
  readonly waiters: number;
  /** blameSeconds / Σ blameSeconds of the whole answer, 0 to 1. */
  readonly share: number;
  /** From metrics (true) or estimated from sampled spans (false). */
  readonly exact: boolean;
}

/** How hot spots are grouped. */
export type Grouping = "primitive" | "waiter" | "holder";

/** One second of a primitive's life. */
export interface SeriesPoint {
  /** End of the second, Unix ms. */
  readonly time: number;
  readonly operations: number;
  readonly contended: number;
  readonly waitSeconds: number;
  readonly blameSeconds: number;
  readonly waitP50: number;
  readonly waitP99: number;
  readonly holdP50: number;
  readonly holdP99: number;
  readonly waiters: number;
}

/** Someone who holds or waits right now. */
export interface Party {
  readonly task: string | null;
  /** Tells tasks of one process apart, whose names may repeat; absent outside of tasks, or if nobody told. */
  readonly taskId?: string;
  readonly site: Site | null;
  /** For how long, in milliseconds. */
  readonly sinceMs: number;
  readonly operation: string;
}

/** The state of one primitive right now, as its program last told. */
export interface PrimitiveState {
  readonly name: string;
  readonly type: string;
  /** Tells primitives of one process and name apart; absent if they are together here, or nobody told. */
  readonly object?: number;
  readonly holders: readonly Party[];
  readonly waiters: readonly Party[];
}

/** A finding, and which process it was found in. */
export interface KeptFinding extends ServiceFinding {
  readonly instance: string;
}

/** How full something is that has a bound. */
export interface Occupancy {
  readonly used: number;
  readonly max: number;
}

/** How far the clock of one process is off. */
export interface ClockSkew {
  readonly service: string;
  readonly instance: string;
  /**
   * How much later its metrics arrive than they say that they were read, in milliseconds, in the median of the last
   * few requests; negative: its clock is ahead of the collector's.
   */
  readonly skewMs: number;
}

/** What the collector says of itself. */
export interface CollectorStatus {
  readonly version: string;
  /** Unix ms. */
  readonly startedAt: number;
  /** False: what was acknowledged is lost when the collector stops. */
  readonly durable: boolean;
  readonly store: string;
  /** OTLP requests accepted, and refused by status code. */
  readonly requests: { readonly accepted: number; readonly refused: Readonly<Record<string, number>> };
  /** What arrived but could not be kept, and how many seconds of a service never arrived, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  /** For how long history is kept. */
  readonly retentionSeconds?: number;
  /** How much of requests may be in memory at once. */
  readonly maxPendingBytes?: number;
  /** What keeps the collector from keeping what comes, in a sentence; null if nothing does. */
  readonly trouble?: string | null;
  /** How full it is, by what it is full of. */
  readonly occupancy?: Readonly<Record<string, Occupancy>>;
  /** The processes heard of lately, the one whose clock is furthest off first. Viewers are told of the first few. */
  readonly clockSkew?: readonly ClockSkew[];
  /** How many spans came once more, in a request of other bytes, and counted once. */
  readonly repeatedSpans?: number;
  /** The same of delta points, known by their stream and their interval. */
  readonly repeatedPoints?: number;
  /** Unix ms of the last accepted request; null before the first. */
  readonly lastReceivedAt: number | null;
  /** Viewers connected to the live socket. */
  readonly viewers: number;
  readonly services: readonly string[];
  /** By service, Unix ms: since when history tells of it. */
  readonly knownSince?: Readonly<Record<string, number>>;
}

/** What a viewer asks for. */
export interface Subscription {
  readonly view: "hotspots";
  readonly service?: string | undefined;
}

/** How a subscription is acknowledged: `error` is the sentence with which it is refused. */
export interface SubscriptionResult {
  readonly error?: string;
}

/** Everything a viewer needs to start. */
export interface Snapshot {
  /** Counts the changes of one subscription; the next `changes` carries sequence + 1. */
  readonly sequence: number;
  readonly time: number;
  readonly status: CollectorStatus;
  /** Length of the window that the hot spots cover, in seconds. */
  readonly windowSeconds: number;
  readonly hotSpots: readonly HotSpot[];
  /** The last minutes of each primitive, by `hotSpotKey`, oldest first. */
  readonly series: Readonly<Record<string, readonly SeriesPoint[]>>;
  /** The newest findings, newest first. */
  readonly findings: readonly KeptFinding[];
  /**
   * What a snapshot has no room for: the cheapest rows, points of rows that come without a series, and the
   * oldest findings.
   */
  readonly leftOut?: { readonly rows: number; readonly points: number; readonly findings: number };
}

/** What is different since the message before; it travels as `PackedChanges`. */
export interface Changes {
  readonly sequence: number;
  readonly time: number;
  readonly status: CollectorStatus;
  /** Rows that are new or different; `share` is to be derived again from all rows. */
  readonly hotSpots: readonly HotSpot[];
  /** Keys of rows that left the window. */
  readonly gone: readonly string[];
  /** New points, by `hotSpotKey`. A point with a time already known replaces it. */
  readonly points: ReadonlyMap<string, readonly SeriesPoint[]>;
}

/** Messages from the collector to a viewer, as Socket.IO types them. */
export interface ServerMessages {
  snapshot: (snapshot: Snapshot) => void;
  changes: (changes: PackedChanges) => void;
  /** One that is new, or was found again; after the snapshot, as soon as it arrives. */
  finding: (finding: KeptFinding) => void;
}

/** Messages from a viewer to the collector. */
export interface ViewerMessages {
  subscribe: (subscription: Subscription, answer?: (result: SubscriptionResult) => void) => void;
}

/** How many points of a series are kept: the last ten minutes. */
export const seriesLength = 600;

/** Default window of the hot spots, in seconds: the last fifteen minutes. */
export const hotSpotWindowSeconds = 900;

/** What makes a primitive's row the same row from one message to the next. */
export function hotSpotKey(spot: Pick<HotSpot, "service" | "primitive">): string {
  return JSON.stringify([spot.service, spot.primitive.type, spot.primitive.name]);
}

/** What makes a finding the same finding from one message to the next. */
export function findingKey({
  service,
  instance,
  id,
}: Pick<KeptFinding, "service" | "instance" | "id">): string {
  return JSON.stringify([service, instance, id]);
}
