/** Where rollups and kept waits are kept. Every method is async, so that a database fits behind it. */

import type { Grouping, HotSpot, KeptWait, Page, PrimitiveHistory, ServiceSummary } from "@holdup/protocol";
import type { Rollup } from "./rollup.ts";

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

export interface WaitQuery extends TimeSpan {
  readonly service?: string | undefined;
  readonly primitive?: string | undefined;
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

export interface Store {
  /** What kind of store it is, for the status. */
  readonly kind: string;
  /** False: what was added is lost when the process ends. */
  readonly durable: boolean;
  /** For how long rollups are kept. */
  readonly retentionMs: number;
  /** Resolves when the rollups are as safe as this store makes them. */
  add(rollups: readonly Rollup[]): Promise<void>;
  addWaits(waits: readonly KeptWait[]): Promise<void>;
  services(): Promise<readonly ServiceSummary[]>;
  hotSpots(query: HotSpotQuery): Promise<HotSpotPage>;
  /** Undefined if nothing is known of the primitive in that time. */
  primitive(query: PrimitiveQuery): Promise<PrimitiveHistory | undefined>;
  /** Newest first. */
  waits(query: WaitQuery): Promise<Page<KeptWait>>;
  /** What arrived but could not be kept as it was, by reason. */
  dropped(): Promise<Readonly<Record<string, number>>>;
  close(): Promise<void>;
}
