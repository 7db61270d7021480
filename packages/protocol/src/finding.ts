import type { Site } from "./live.ts";

/** What a diagnosis is of. */
export type FindingKind =
  | "deadlock"
  | "lock-order-inversion"
  | "self-deadlock"
  | "lost-update"
  | "leaked-hold"
  | "endless-wait"
  | "starvation"
  | "overtaking"
  | "convoy"
  | "writer-starvation"
  | "pool-exhausted"
  | "nested-limiter"
  | "slow-hold"
  | "blocked-event-loop";

/** error: the program is stuck or has lost something. warning: it can, or it pays for it. info: worth knowing. */
export type Severity = "info" | "warning" | "error";

/** A diagnosis: what is wrong, where, and what to do. The same one found again counts up. */
export interface Finding {
  /** The same for the same thing, in one process. */
  readonly id: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  /** What was found, in one sentence that names primitives, tasks and lines. */
  readonly message: string;
  /** What to change. */
  readonly advice: string;
  /** Names of the primitives that it is about. */
  readonly primitives: string[];
  /** The places in the source that show it, in the order in which the sentence names them. */
  readonly sites: Site[];
  /** Spans that show it, where spans are kept. */
  readonly spans: { readonly traceId: string; readonly spanId: string }[];
  readonly count: number;
  /** Unix ms. */
  readonly firstSeen: number;
  /** Unix ms. */
  readonly lastSeen: number;
}

/** A finding, and which service it was found in. */
export interface ServiceFinding extends Finding {
  readonly service: string;
}
