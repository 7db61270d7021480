import type { Site } from "@holdup/protocol";

/** One turn of the event loop in which nothing else got on. */
export interface LoopBlock {
  readonly ms: number;
  /** What was running, the user's frames, innermost first; empty if it could not be seen. */
  readonly sites: readonly Site[];
  /** Under what id it was told of while it lasted; absent if it was not. The same for the same place. */
  readonly id?: string;
}
