/** What the collector answers about event loops. Durations are in seconds, times Unix milliseconds. */

/** One stretch of time of one process. */
export interface EventLoopPoint {
  /** Its end. */
  readonly time: number;
  /** How late the loop was, each time that it was looked at. */
  readonly delayP50: number;
  readonly delayP99: number;
  readonly delayMax: number;
  /** For how long it stood still, in turns of 50 ms or more. */
  readonly stalledSeconds: number;
  readonly activeSeconds: number;
  readonly idleSeconds: number;
  /** Pauses for garbage collection, by kind. */
  readonly gc: readonly GcPauses[];
  /** As last told; 0: it was not. */
  readonly heapUsedBytes: number;
  readonly residentBytes: number;
  /** Waiting for primitives until the grant, whatever the reason, that of `stalledWaitSeconds` included. */
  readonly waitSeconds: number;
  /** Of it, what fell into times in which the loop stood still. */
  readonly stalledWaitSeconds: number;
  /** Waiting after the grant, until the loop had time for the waiter. */
  readonly handoffSeconds: number;
}

/** Pauses for garbage collection of one kind, such as `minor` or `major`. */
export interface GcPauses {
  readonly type: string;
  readonly count: number;
  readonly seconds: number;
  readonly maxSeconds: number;
}

/** How much of the waiting for one primitive was the event loop's. */
export interface LoopWait {
  readonly primitive: { readonly name: string; readonly type: string };
  readonly waitSeconds: number;
  readonly stalledWaitSeconds: number;
  readonly handoffSeconds: number;
}

/** The event loop of one process. */
export interface EventLoopHistory {
  readonly service: string;
  readonly instance: string;
  /** How much time a point covers. */
  readonly stepSeconds: number;
  /** Oldest first; stretches without news have no point. */
  readonly points: readonly EventLoopPoint[];
  /** Over the whole time, those whose waiting was the loop's most first. */
  readonly waits: readonly LoopWait[];
}
