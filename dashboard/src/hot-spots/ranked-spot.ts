import type { HotSpot } from "@holdup/protocol";

/** One row of the table. */
export interface RankedSpot {
  /** `hotSpotKey` of the spot. */
  readonly key: string;
  readonly rank: number;
  readonly spot: HotSpot;
  readonly selected: boolean;
  /** Whether the service is worth a word: more than one is shown. */
  readonly namesService: boolean;
  /** Whether the row stands for all primitives of a kind. */
  readonly kind: boolean;
  /** The length of time that the row is about, in seconds. */
  readonly seconds: number;
}
