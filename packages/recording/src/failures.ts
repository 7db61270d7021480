import type { Finding, Site } from "@holdup/protocol";
import type { BenchCount, BenchFigure, BenchFinding, BenchResult } from "./bench-result.ts";
import type { Figure, PrimitiveComparison } from "./comparison.ts";
import type { FailOn, Metric } from "./fail-on.ts";

/** The reasons to fail of a comparison of recordings, one sentence each. */
export function comparisonFailures(
  primitives: readonly PrimitiveComparison[],
  newFindings: readonly Finding[],
  { gates }: FailOn,
): string[] {
  const figures = primitives.flatMap((primitive) =>
    primitive.figures
      .filter(({ metric, verdict }) => verdict === "regressed" && gates.has(metric))
      .map((figure) => figureSentence(primitive, figure)),
  );
  const errors = gates.has("findings") ? newFindings.filter(isError) : [];
  return [...figures, ...errors.map((finding) => findingSentence(finding))];
}

/** A reason to fail of a bench. */
export interface BenchFailure {
  /** The same in two sets of rounds. */
  readonly key: string;
  readonly sentence: string;
}

/** The reasons to fail of rounds, the surest first. */
export function benchFailures(
  { figures, counts, newFindings }: Pick<BenchResult, "figures" | "counts" | "newFindings">,
  { gates }: FailOn,
): BenchFailure[] {
  const errors = gates.has("findings") ? newFindings.filter(({ finding }) => isError(finding)) : [];
  // A count has no threshold that one could ask for: it is there as soon as anything is asked for.
  const more = gates.size === 0 ? [] : counts.filter(({ verdict }) => verdict === "regressed");
  const slower = figures.filter(({ metric, verdict }) => verdict === "regressed" && gates.has(metric));
  return [
    ...errors.map((one) => ({ key: one.key, sentence: benchFindingSentence(one) })),
    ...more.map((one) => ({ key: one.key, sentence: countSentence(one) })),
    ...slower.map((one) => ({ key: one.key, sentence: benchSentence(one) })),
  ];
}

/** Whether it may fail a comparison. */
export function isError({ severity }: Finding): boolean {
  return severity === "error";
}

/** A figure in words: `inventory is held 31 % longer at reserve src/inventory.ts:46 (9.1 ms → 11.9 ms)`. */
export function figureSentence(
  { name, head }: Pick<PrimitiveComparison, "name" | "head">,
  { ratio, ...figure }: Figure,
): string {
  return sentence({ ...figure, primitive: name, holder: head?.holder ?? null }, longer(ratio));
}

/** A figure of rounds in words, with its interval: `inventory is held 31 % [25 %, 36 %] longer at reserve …`. */
export function benchSentence({ paired: { ratio, low, high }, ...figure }: BenchFigure): string {
  return sentence({ ...figure, holder: null }, longer(ratio, low, high));
}

/** What a sentence tells of a figure. */
interface Told {
  readonly primitive: string;
  readonly metric: Metric;
  /** Where those hold that it is about. */
  readonly site: Site | null;
  /** For whom one waits most. */
  readonly holder: Site | null;
  /** Milliseconds. */
  readonly base: number;
  readonly head: number;
}

function sentence({ primitive, metric, site, holder, base, head }: Told, change: string): string {
  const values = `(${base.toPrecision(3)} ms → ${head.toPrecision(3)} ms)`;
  if (metric === "handoff") return `the hand-off of ${primitive} takes ${change} ${values}`;
  if (metric === "hold") return `${primitive} is held ${change}${placeOf(" at", site)} ${values}`;
  return `${primitive} is waited for ${change} ${values}${placeOf(", mostly for", holder)}`;
}

function placeOf(where: string, site: Site | null): string {
  if (site === null) return "";
  return `${where} ${site.functionName} ${site.filePath}:${site.lineNumber}`;
}

/** A ratio in words, the ends of its interval in brackets: `31 % [25 %, 36 %] longer`. */
function longer(ratio: number, ...ends: readonly number[]): string {
  const between = (words: (end: number) => string): string =>
    ends.length === 0 ? "" : ` [${ends.map(words).join(", ")}]`;
  if (ratio >= 10) return `${Math.round(ratio)} times${between((end) => `${Math.round(end)}`)} as long`;
  const sign = ratio >= 1 ? 1 : -1;
  const percent = (end: number): string => `${Math.round(sign * (end - 1) * 100)} %`;
  return `${percent(ratio)}${between(percent)} ${ratio >= 1 ? "longer" : "shorter"}`;
}

function countSentence({ primitive, what, base, head }: BenchCount): string {
  return `${primitive}: ${what} went from ${base} to ${head}, the same in every run`;
}

function findingSentence({ kind, message }: Finding, where = ""): string {
  return `new finding, ${kind}${where}: ${message}`;
}

function benchFindingSentence({ finding, runs, of }: BenchFinding): string {
  return findingSentence(finding, `, in ${runs} of ${of} runs`);
}
