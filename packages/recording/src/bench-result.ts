import type { Finding } from "@holdup/protocol";
import type { FailOn } from "./fail-on.ts";
import { benchFailures, isError } from "./failures.ts";
import { findingKey, findingsOnlyIn } from "./finding-change.ts";
import { withNamesOf } from "./moved-names.ts";
import { noiseFloor, pairedRatio, pairedVerdict, type PairedRatio } from "./paired.ts";
import { median } from "./ratio.ts";
import type { Recording } from "./recording.ts";
import { runCounts, runFigures, type RunFigure } from "./run-figures.ts";
import type { Verdict } from "./verdict.ts";

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
  /** What was found in the head's runs, and in none of the base's. */
  readonly newFindings: readonly BenchFinding[];
  readonly verdict: Verdict;
  /** One sentence for each regression. */
  readonly failures: readonly string[];
}

/** A figure in all rounds; times are milliseconds. */
export interface BenchFigure extends Omit<RunFigure, "ms"> {
  /** The median; each round counts with the geometric mean of its two runs of the base. */
  readonly base: number;
  /** The median. */
  readonly head: number;
  /** head / base in each round. */
  readonly paired: PairedRatio;
  /** The same for the base and itself. */
  readonly self: PairedRatio;
  readonly verdict: Verdict;
}

/** A count that was the same in all runs of each side: without noise, so that any difference is one. */
export interface BenchCount {
  /** The same for the same count in another set of rounds. */
  readonly key: string;
  readonly primitive: string;
  readonly what: string;
  readonly base: number;
  readonly head: number;
  readonly verdict: Verdict;
}

/** What was found in the head only. */
export interface BenchFinding {
  /** The same for the same finding in another set of rounds. */
  readonly key: string;
  readonly finding: Finding;
  /** How many of the head's runs it was in, */
  readonly runs: number;
  /** of so many. */
  readonly of: number;
}

/** Differences below it, in milliseconds, are nothing. Added to each figure, so that ratios of next to nothing stay small. */
const floorMs = 0.05;

/** What a figure differs from itself is told of those that are so many times that: of less, most of it is nothing. */
const leastTold = 10;

/** Reads what rounds say. */
export function benchResult(measured: readonly Round[], failOn: FailOn): BenchResult {
  const rounds = withNamesOfTheHead(measured);
  const figures = figuresOf(rounds).map((row) => judged(row, failOn));
  const counts = countsOf(rounds);
  const newFindings = newFindingsOf(rounds);
  const failures = benchFailures({ figures, counts, newFindings }, failOn).map(({ sentence }) => sentence);
  const found = newFindings.some(({ finding }) => isError(finding));
  return {
    version: 1,
    rounds: rounds.length,
    noise: figures
      .filter(({ base }) => base >= leastTold * floorMs)
      .reduce((most, { self }) => Math.max(most, noiseFloor(self)), 0),
    figures: figures.toSorted((a, b) => b.paired.ratio - a.paired.ratio),
    counts,
    newFindings,
    verdict: verdictOf(failures, found, [...telling(figures, failOn), ...counts]),
    failures,
  };
}

/** Whether more rounds would say nothing else: something fails, or no figure is unsure. */
export function isSettled({ failures, figures }: BenchResult, failOn: FailOn): boolean {
  return failures.length > 0 || telling(figures, failOn).every(({ verdict }) => verdict !== "unsure");
}

// Of a hand-off the loop is the cause: it says something only where it is asked about.
function telling(figures: readonly BenchFigure[], { gates }: FailOn): BenchFigure[] {
  return figures.filter(({ metric }) => metric !== "handoff" || gates.has(metric));
}

interface Row {
  readonly figure: RunFigure;
  readonly pairs: Values[];
}

function judged({ figure: { ms: _ms, ...figure }, pairs }: Row, { thresholds }: FailOn): BenchFigure {
  const paired = pairedRatio(
    pairs.map(([base, again, head]) => (head + floorMs) / (Math.sqrt(base * again) + floorMs)),
  );
  const self = pairedRatio(pairs.map(([base, again]) => (again + floorMs) / (base + floorMs)));
  const before = median(pairs.map(([base, again]) => Math.sqrt(base * again)));
  const after = median(pairs.map(([, , head]) => head));
  // Too small to matter, whatever the ratio.
  const same = Math.abs(after - before) < floorMs;
  const verdict = same ? "unchanged" : pairedVerdict(paired, thresholds[figure.metric], noiseFloor(self));
  return { ...figure, base: before, head: after, paired, self, verdict };
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

function figuresOf(rounds: readonly Round[]): Row[] {
  const all = new Map<string, Row>();
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

function countsOf(rounds: readonly Round[]): BenchCount[] {
  const base = sameInAll(rounds.flatMap((round) => [round.base, round.again]));
  const head = sameInAll(rounds.map((round) => round.head));
  return [...base].flatMap(([key, { primitive, what, count }]) => {
    const after = head.get(key);
    if (after === undefined) return [];
    const verdict = after.count > count ? "regressed" : after.count < count ? "improved" : "unchanged";
    return [{ key, primitive, what, base: count, head: after.count, verdict }];
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

function newFindingsOf(rounds: readonly Round[]): BenchFinding[] {
  const heads = rounds.map(({ head }) => head);
  const only = findingsOnlyIn(
    heads,
    rounds.flatMap(({ base, again }) => [base, again]),
  );
  return only.map((finding) => {
    const key = findingKey(finding);
    const runs = heads.filter(({ findings }) => findings.some((one) => findingKey(one) === key)).length;
    return { key: `finding ${key}`, finding, runs, of: heads.length };
  });
}

function verdictOf(
  failures: readonly string[],
  found: boolean,
  all: readonly { readonly verdict: Verdict }[],
): Verdict {
  if (failures.length > 0) return "regressed";
  const verdicts = new Set(all.map(({ verdict }) => verdict));
  // What regressed without being asked about fails nothing, and is not unchanged either.
  if (found || verdicts.has("regressed") || verdicts.has("unsure")) return "unsure";
  return verdicts.has("improved") ? "improved" : "unchanged";
}
