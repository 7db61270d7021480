import type { Recording, ThreadRecord } from "./recording.ts";

/** What is known of one side of a comparison. */
export interface SideFacts {
  readonly name: string;
  readonly recordings: number;
  readonly durationMs: number;
  readonly node: string;
  /** How late the timers of its threads were, in the median of each: how busy the machine, or the program, was. */
  readonly timersLateMs: number;
  /** The share of the time in which its threads could have run and had no processor; null: not known. */
  readonly delayedShare: number | null;
}

/** Both sides. */
export interface BothSides {
  readonly base: SideFacts;
  readonly head: SideFacts;
}

/** With fewer recordings a side, how much runs of the same code differ is not known. */
const enoughRecordings = 3;

/** Runs that had to go without a processor for more than this share of their time say nothing one by one. */
const mostDelayed = 0.05;

export function sideFacts(recordings: readonly Recording[]): SideFacts {
  const threads = recordings.flatMap((recording) => recording.threads);
  const longest = threads.toSorted((a, b) => b.durationMs - a.durationMs);
  const late = longest.reduce((sum, { timersLateMs, durationMs }) => sum + timersLateMs * durationMs, 0);
  return {
    name: recordings[0]?.name ?? "",
    recordings: recordings.length,
    durationMs: recordings.reduce((sum, { durationMs }) => sum + durationMs, 0),
    node: [...new Set(threads.map(({ node }) => node))].join(", "),
    delayedShare: delayedShare(threads),
    timersLateMs:
      late /
      Math.max(
        1,
        longest.reduce((sum, { durationMs }) => sum + durationMs, 0),
      ),
  };
}

function delayedShare(threads: readonly ThreadRecord[]): number | null {
  const known = threads.filter(({ delayedMs }) => delayedMs !== null);
  const durationMs = known.reduce((sum, thread) => sum + thread.durationMs, 0);
  return durationMs === 0
    ? null
    : known.reduce((sum, { delayedMs }) => sum + (delayedMs ?? 0), 0) / durationMs;
}

/** Whether there are too few recordings to know how much runs of the same code differ. */
export function tooFew({ base, head }: BothSides): boolean {
  return Math.min(base.recordings, head.recordings) < enoughRecordings;
}

/** Whether the runs had to share their processors with something else. */
export function disturbed({ base, head }: BothSides): boolean {
  return Math.max(base.delayedShare ?? 0, head.delayedShare ?? 0) > mostDelayed;
}

/** What weakens a comparison of both sides, one sentence each. */
export function doubtsOf(sides: BothSides): string[] {
  const { base, head } = sides;
  const doubts: string[] = [];
  if (tooFew(sides)) {
    doubts.push(
      "With fewer than three recordings a side, how much runs of the same code differ is not known: holdup bench measures it.",
    );
  }
  if (base.node !== head.node)
    doubts.push(`The sides ran on different versions of Node, ${base.node} and ${head.node}.`);
  const [less, more] = [base.timersLateMs, head.timersLateMs].toSorted((a, b) => a - b) as [number, number];
  if (more > 1 && more > 2 * less) {
    doubts.push(
      `The machine was busier on one side: timers were ${base.timersLateMs.toFixed(1)} ms late in the base and ${head.timersLateMs.toFixed(1)} ms in the head.`,
    );
  }
  if (disturbed(sides)) {
    doubts.push(
      `The machine was busy with something else: the program could have run and had no processor for ${percent(base.delayedShare ?? 0)} of the time in the base and ${percent(head.delayedShare ?? 0)} in the head.`,
    );
  }
  return doubts;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
