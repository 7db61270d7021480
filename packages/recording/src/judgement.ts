import type { Site } from "@holdup/protocol";
import type { FailOn, Metric } from "./fail-on.ts";
import type { Estimate, Ratio } from "./ratio.ts";
import type { Verdict } from "./verdict.ts";

/** A figure that is being judged. */
export interface Draft {
  readonly metric: Metric;
  readonly site: Site | null;
  /** Undefined: there is too little to judge it. */
  readonly ratio: Ratio | undefined;
  readonly operations: number;
  /** Milliseconds. */
  readonly base: number;
  readonly head: number;
  verdict: Verdict;
  doubt: string;
}

/** What of the machine stands against a verdict. */
export interface Machine {
  /** How much later timers were in the head. */
  readonly lateMs: number;
  /** Whether the runs had to share their processors with something else. */
  readonly disturbed: boolean;
}

/** Differences below this many milliseconds an operation are nothing, whatever their ratio. */
const smallestMs = 0.05;

/** How much longer an operation may take for each millisecond that timers are later: it may wait for several. */
const turns = 3;

/** A red in one of many figures by mere chance is no rarer than this. */
const significance = 0.05;

/**
 * Judges all figures together: the more there are, the more each has to prove (Holm's method). A difference is shown by
 * the mean or by what is usual, and must not be contradicted by the other.
 */
export function judge(drafts: readonly Draft[], { thresholds }: FailOn, machine: Machine): void {
  const judged = drafts.flatMap((one) => (one.ratio === undefined ? [] : [{ one, ratio: one.ratio }]));
  const shown = (chance: (estimate: Estimate, threshold: number) => number): boolean[] =>
    holm(
      judged.map(({ one: { metric }, ratio: { mean, usual } }) => {
        const threshold = thresholds[metric];
        return Math.min(1, 2 * Math.min(chance(mean, threshold), chance(usual, threshold)));
      }),
    );
  const above = shown((estimate, threshold) => estimate.chanceAbove(threshold));
  const below = shown((estimate, threshold) => estimate.chanceBelow(threshold));
  for (const [i, { one, ratio }] of judged.entries()) {
    const side = above[i] === true ? "above" : below[i] === true ? "below" : undefined;
    [one.verdict, one.doubt] = verdictOf(one, ratio, thresholds[one.metric], side, machine);
  }
}

function verdictOf(
  { base, head }: Draft,
  { mean, usual }: Ratio,
  threshold: number,
  side: "above" | "below" | undefined,
  { lateMs, disturbed }: Machine,
): [Verdict, string] {
  const differenceMs = Math.abs(head - base);
  if (differenceMs < smallestMs) return ["unchanged", ""];
  if (side !== undefined && disturbed) return ["unsure", "the machine was busy with something else"];
  const half = 1 + threshold / 2;
  if (side === "above") {
    if (usual.ratio < half) return ["unsure", "only at some times"];
    if (mean.ratio < half) return ["unsure", "not at all times"];
    return differenceMs <= turns * lateMs ? ["unsure", "the machine was busier"] : ["regressed", ""];
  }
  if (side === "below") {
    return usual.ratio > 1 / half || mean.ratio > 1 / half
      ? ["unsure", "not at all times"]
      : ["improved", ""];
  }
  // Sure to be within the threshold, by either: bursts make the mean unsure of what is usual.
  const within = ({ low, high }: Estimate): boolean => low > 1 / (1 + threshold) && high < 1 + threshold;
  if (within(mean) || (within(usual) && Math.abs(Math.log(mean.ratio)) < 2 * Math.log1p(threshold))) {
    return ["unchanged", ""];
  }
  return [
    "unsure",
    Math.abs(Math.log(mean.ratio)) > Math.log1p(threshold) ? "it may be chance" : "it sways too much",
  ];
}

function holm(chances: readonly number[]): boolean[] {
  const order = chances.map((chance, index) => ({ chance, index })).toSorted((a, b) => a.chance - b.chance);
  const accepted = chances.map(() => false);
  for (const [rank, { chance, index }] of order.entries()) {
    if (chance > significance / (chances.length - rank)) break;
    accepted[index] = true;
  }
  return accepted;
}
