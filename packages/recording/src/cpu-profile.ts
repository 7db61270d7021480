/** What `node --cpu-prof` writes, as far as it matters here. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
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
  /** Empty for what has no source: `(idle)`, built-in functions. */
  readonly url: string;
  /** Counted from 0. */
  readonly lineNumber: number;
}
