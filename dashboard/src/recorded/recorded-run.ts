import type { ThreadRecord } from "@holdup/recording";
import type { Range } from "../location.ts";

/** What a page that shows a recording, and not what goes on, knows of the run. */
export interface RecordedRun {
  /** What was run. */
  readonly name: string;
  /** From its start to its end, Unix ms; whole steps, so that its course ends where it does. */
  readonly whole: Range;
  /** How much time a point of its course covers, in milliseconds. */
  readonly stepMs: number;
  /** Unix ms. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly exitCode: number;
  readonly threads: readonly ThreadRecord[];
  /** What is not in it, in sentences. */
  readonly missing: readonly string[];
  /** Since when each single wait is known, Unix ms: -∞ if all are, ∞ if some are missing throughout. */
  readonly waitsSince: number;
}
