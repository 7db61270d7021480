/** Where history is kept. Every method is async, so that a database fits behind it. */

import type {
  Grouping,
  HotSpot,
  KeptFinding,
  KeptHold,
  KeptWait,
  Occupancy,
  Page,
  PrimitiveHistory,
  ServiceSummary,
} from "@holdup/protocol";
import type { KeptSpans } from "./kept-spans.ts";
import type { Reading } from "./readings.ts";
import type { Rollup } from "./rollup.ts";

/** What one request brings. */
export interface Batch {
  /** The same for the same request sent again; see `tokenOf`. */
  readonly token: string;
  readonly rollups: readonly Rollup[];
  readonly waits: KeptSpans<KeptWait>;
  /** Absent: none. */
  readonly holds?: KeptSpans<KeptHold> | undefined;
  readonly findings: readonly KeptFinding[];
  /** What cumulative streams said last, by their key: the base of the gains that are told next. */
  readonly readings: ReadonlyMap<string, Reading>;
}

/** A batch with nothing in it but what is given. */
export function batchOf(token: string, parts: Partial<Omit<Batch, "token">>): Batch {
  return { token, rollups: [], waits: [], findings: [], readings: new Map(), ...parts };
}

/** Whether nothing is in it: then there is nothing to keep, its token neither. */
export function isEmpty({ rollups, waits, holds = [], findings, readings }: Batch): boolean {
  return rollups.length + waits.length + holds.length + findings.length + readings.size === 0;
}

/** A stretch of time, Unix ms. Answers have the grain of the store's buckets: those that the range touches count. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export interface HotSpotQuery extends TimeSpan {
  /** Absent: all services. */
  readonly service?: string | undefined;
  readonly by: Grouping;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface PrimitiveQuery extends TimeSpan {
  readonly service: string;
  readonly name: string;
  /** Absent: the one with the most blame, if primitives of several types share the name. */
  readonly type?: string | undefined;
}

/** Asks for single waits, or for single holds. */
export interface WaitQuery extends TimeSpan {
  readonly service?: string | undefined;
  readonly primitive?: string | undefined;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}

export interface FindingQuery extends TimeSpan {
  /** Absent: all services. */
  readonly service?: string | undefined;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}

/** What history knows of a hot spot: all but who waits right now. */
export type StoredHotSpot = Omit<HotSpot, "waiters">;

/** A page of hot spots. */
export interface HotSpotPage extends Page<StoredHotSpot> {
  /** How many there are on all pages. */
  readonly total: number;
}

/** How it is with a store. */
export interface StoreHealth {
  /** What keeps it from keeping what comes, in a sentence; null if nothing does. */
  readonly trouble: string | null;
  /** How full it is, by what it is full of. */
  readonly occupancy: Readonly<Record<string, Occupancy>>;
}

export interface Store {
  /** What kind of store it is, for the status. */
  readonly kind: string;
  /** False: what was added is lost when the process ends. */
  readonly durable: boolean;
  /** For how long rollups are kept. */
  readonly retentionMs: number;
  /**
   * Resolves when the batch is as safe as this store makes it; false if one with the same token came within the
   * last ten minutes and nothing was added. Rejects if it is not kept: then nothing of it is, and the same batch
   * may come again; with an OverloadError if there is no room for it just now. What was added is in all answers to
   * questions asked from then on.
   */
  add(batch: Batch): Promise<boolean>;
  /** How many of these rollups, which were added, count in rows of others, as no more series are told apart. */
  crowded(rollups: readonly Rollup[]): number;
  /** The last readings of those streams that are known. */
  readings(keys: readonly string[]): Promise<ReadonlyMap<string, Reading>>;
  services(): Promise<readonly ServiceSummary[]>;
  hotSpots(query: HotSpotQuery): Promise<HotSpotPage>;
  /** Undefined if nothing is known of the primitive in that time. */
  primitive(query: PrimitiveQuery): Promise<PrimitiveHistory | undefined>;
  /** Newest first. */
  waits(query: WaitQuery): Promise<Page<KeptWait>>;
  /** Newest first. */
  holds(query: WaitQuery): Promise<Page<KeptHold>>;
  /** Each once, as it last was; the one heard of last comes first. */
  findings(query: FindingQuery): Promise<Page<KeptFinding>>;
  /** What arrived but could not be kept as it was, by reason. */
  dropped(): Promise<Readonly<Record<string, number>>>;
  health(): Promise<StoreHealth>;
  close(): Promise<void>;
}
