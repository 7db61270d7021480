import type { FailOn } from "./fail-on.ts";
import { withNamesOf } from "./moved-names.ts";
import { noiseFloor, pairedRatio, pairedVerdict, type PairedRatio } from "./paired.ts";
import type { Recording } from "./recording.ts";
import { runCounts, runFigures, type RunFigure } from "./run-figures.ts";
import type { Verdict } from "./comparison.ts";

/** One round: the head once, and the base twice, for how much it differs from itself. In whatever order they ran. */
export interface Round {
  readonly base: Recording;
  readonly again: Recording;
  readonly head: Recording;
}

/** What rounds say about two versions. */
export interface BenchResult {
  readonly version: 1;
  readonly rounds: number;
  /** The worst of what the base differs from itself, as a share; of figures of half a millisecond and more. */
  readonly noise: number;
  readonly figures: readonly BenchFigure[];
  readonly counts: readonly BenchCount[];
  readonly verdict: Verdict;
  /** One sentence for each regression. */
  readonly failures: readonly string[];
}

/** A figure in all rounds; times are milliseconds. */
export interface BenchFigure extends Omit<RunFigure, "ms"> {
  readonly base: number;
  readonly head: number;
  readonly paired: PairedRatio;
  /** The same for the base and itself. */
  readonly self: PairedRatio;
  readonly verdict: Verdict;
}

/** A count that was the same in all runs of each side: without noise, so that any difference is one. */
export interface BenchCount {
  readonly primitive: string;
  readonly what: string;
  readonly base: number;
  readonly head: number;
  readonly verdict: Verdict;
}

/** Differences below it, in milliseconds, are nothing. Added to each figure, so that ratios of next to nothing stay small. */
const floorMs = 0.05;

/** What a figure differs from itself is told of those that are so many times that: of less, most of it is nothing. */
const leastTold = 10;

/** Reads what rounds say. */
export function benchResult(measured: readonly Round[], { thresholds, gates }: FailOn): BenchResult {
  const rounds = withNamesOfTheHead(measured);
  const figures = figuresOf(rounds).map((one): BenchFigure => {
    const paired = pairedRatio(
      one.pairs.map(([base, again, head]) => (head + floorMs) / (Math.sqrt(base * again) + floorMs)),
    );
    const self = pairedRatio(one.pairs.map(([base, again]) => (again + floorMs) / (base + floorMs)));
    const [before, after] = [middle(one.pairs, 0), middle(one.pairs, 2)];
    // Too small to matter, whatever the ratio.
    const same = Math.abs(after - before) < floorMs;
    const judged = pairedVerdict(paired, thresholds[one.figure.metric], noiseFloor(self));
    const { ms: _ms, ...figure } = one.figure;
    return { ...figure, base: before, head: after, paired, self, verdict: same ? "unchanged" : judged };
  });
  const counts = countsOf(rounds);
  const failures = [
    ...counts.filter(({ verdict }) => verdict === "regressed").map(countSentence),
    ...figures
      .filter(({ metric, verdict }) => verdict === "regressed" && gates.has(metric))
      .map(benchSentence),
  ];
  return {
    version: 1,
    rounds: rounds.length,
    noise: figures
      .filter(({ base }) => base >= leastTold * floorMs)
      .reduce((most, { self }) => Math.max(most, noiseFloor(self)), 0),
    figures: figures.toSorted((a, b) => b.paired.ratio - a.paired.ratio),
    counts,
    verdict: verdictOf(failures, [...figures, ...counts]),
    failures,
  };
}

function withNamesOfTheHead(rounds: readonly Round[]): Round[] {
  const named = (side: "base" | "again"): Recording[] =>
    withNamesOf(
      rounds.map(({ head }) => head),
      rounds.map((round) => round[side]),
    );
  const [base, again] = [named("base"), named("again")];
  return rounds.map(({ head }, i) => ({ base: base[i] as Recording, again: again[i] as Recording, head }));
}

type Values = readonly [base: number, again: number, head: number];

function figuresOf(rounds: readonly Round[]): { figure: RunFigure; pairs: Values[] }[] {
  const all = new Map<string, { figure: RunFigure; pairs: Values[] }>();
  for (const round of rounds) {
    const [base, again, head] = [round.base, round.again, round.head].map(
      (recording) => new Map(runFigures(recording).map((figure) => [figure.key, figure])),
    ) as [Map<string, RunFigure>, Map<string, RunFigure>, Map<string, RunFigure>];
    for (const [key, figure] of head) {
      const before = base.get(key);
      const repeated = again.get(key);
      if (before === undefined || repeated === undefined) continue;
      const row = all.get(key) ?? { figure, pairs: [] };
      row.pairs.push([before.ms, repeated.ms, figure.ms]);
      all.set(key, row);
    }
  }
  return [...all.values()];
}

function middle(pairs: readonly Values[], side: 0 | 2): number {
  const sorted = pairs.map((values) => values[side]).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function countsOf(rounds: readonly Round[]): BenchCount[] {
  const base = sameInAll(rounds.flatMap((round) => [round.base, round.again]));
  const head = sameInAll(rounds.map((round) => round.head));
  return [...base].flatMap(([key, { primitive, what, count }]) => {
    const after = head.get(key);
    if (after === undefined) return [];
    const verdict = after.count > count ? "regressed" : after.count < count ? "improved" : "unchanged";
    return [{ primitive, what, base: count, head: after.count, verdict }];
  });
}

// Twice the same may be chance; in every run it is the code's doing.
function sameInAll(recordings: readonly Recording[]): Map<string, ReturnType<typeof runCounts>[number]> {
  const lists = recordings.map(runCounts);
  const [first = []] = lists;
  const same = first.filter(({ key, count }) =>
    lists.every((list) => list.some((one) => one.key === key && one.count === count)),
  );
  return lists.length < 3 ? new Map() : new Map(same.map((one) => [one.key, one]));
}

function countSentence({ primitive, what, base, head }: BenchCount): string {
  return `${primitive}: ${what} went from ${base} to ${head}, the same in every run`;
}

/** A figure in words. */
export function benchSentence({ primitive, metric, site, base, head, paired }: BenchFigure): string {
  const percent = Math.round((paired.ratio - 1) * 100);
  const interval = `[${Math.round((paired.low - 1) * 100)} %, ${Math.round((paired.high - 1) * 100)} %]`;
  const values = `(${base.toPrecision(3)} ms → ${head.toPrecision(3)} ms)`;
  const place = site === null ? "" : ` at ${site.functionName} ${site.filePath}:${site.lineNumber}`;
  const verb = metric === "hold" ? "is held" : "is waited for";
  return `${primitive} ${verb} ${percent} % ${interval} longer${place} ${values}`;
}

function verdictOf(failures: readonly string[], all: readonly { readonly verdict: Verdict }[]): Verdict {
  if (failures.length > 0) return "regressed";
  const verdicts = new Set(all.map(({ verdict }) => verdict));
  if (verdicts.has("regressed") || verdicts.has("unsure")) return "unsure";
  return verdicts.has("improved") ? "improved" : "unchanged";
}
