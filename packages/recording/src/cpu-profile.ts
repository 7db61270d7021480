/** What V8 samples, and what DevTools, speedscope and 0x open: the format of `.cpuprofile`. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  /** Microseconds, of a clock that only this profile knows. */
  readonly startTime: number;
  readonly endTime: number;
  /** What was on top, sample for sample: ids of nodes. */
  readonly samples: readonly number[];
  /** The time from the sample before, in microseconds; from the beginning for the first. */
  readonly timeDeltas: readonly number[];
}

/** A function on a stack. */
export interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  /** Samples in which it was on top. */
  readonly hitCount: number;
  /** The ids of what it called. */
  readonly children?: readonly number[];
}

/** Where a function is. */
export interface CallFrame {
  readonly functionName: string;
  /** What V8 knows the script by. */
  readonly scriptId: string;
  /** Empty for what has no source: `(idle)`, built-in functions. */
  readonly url: string;
  /** Counted from 0. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}
