import type { Subject, Task } from "@holdup/primitives";
import type { Site } from "@holdup/protocol";
import type { Capture } from "./call-site.ts";
import type { Diagnosis } from "./findings.ts";
import type { Instance } from "./instance.ts";
import type { HoldNote, WaitNote } from "./notes.ts";

/** What a check may look at, once a round. */
export interface World {
  /** The clock's milliseconds now. */
  readonly at: number;
  /** Primitives with open waits or holds. */
  readonly instances: readonly Instance[];
  /** The user's place of a captured stack; null if it was not looked up. */
  readonly siteOf: (capture: Capture | undefined) => Site | null;
  /** How long the whole process stood still since then, in milliseconds: time in which nothing could get on. */
  readonly stalledSince: (at: number) => number;
  /** The process is about to exit: nothing is left that could end what waits now. */
  readonly ending?: true;
}

/**
 * One kind of diagnosis. A check looks at what is there, once a round, or is told of what happens, or both; it never
 * touches a primitive.
 */
export interface Check {
  /** Called some times a second while anyone waits, and whenever the findings are asked for. */
  look?(world: World): Iterable<Diagnosis>;
  /** A task wants or takes something, without an end to its patience, while it holds `held`. */
  nested?(held: readonly HoldNote[], instance: Instance, capture: () => Capture, task: Task<unknown>): void;
  /** The user's handle of a live hold was garbage-collected: nobody can release it. */
  dropped?(hold: HoldNote): void;
  /** One that came later went before this one, with this operation, in the same line. */
  overtook?(note: WaitNote, operation: string): void;
  /** State was read, or written, in the running code. */
  read?(subject: Subject, capture: () => Capture): void;
  wrote?(subject: Subject, capture: () => Capture): void;
  /** A hold has ended that others waited for. */
  released?(hold: HoldNote, at: number): void;
}
