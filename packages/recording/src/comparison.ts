import { Histogram, type Finding, type HistogramData, type Site } from "@holdup/protocol";
import type { FailOn, Metric } from "./fail-on.ts";
import { withNamesOf } from "./moved-names.ts";
import { plain, type PrimitiveRecord } from "./primitive-record.ts";
import { processorChanges, type ProcessorChange, type SideProfiles } from "./processor-change.ts";
import { ratioOf, total, type Block, type Estimate, type Ratio } from "./ratio.ts";
import type { Recording, ThreadRecord } from "./recording.ts";
import { functionKey } from "./site.ts";

/** `unsure`: the difference is too large to be nothing, and too uncertain to be something. */
export type Verdict = "regressed" | "improved" | "unchanged" | "unsure";

/** What of two versions is compared. */
export interface Comparison {
  readonly version: 1;
  readonly base: SideFacts;
  readonly head: SideFacts;
  /** Most waiting first. */
  readonly primitives: readonly PrimitiveComparison[];
  /** Where the processor's time goes, if profiles were given; the largest difference first. Fails nothing. */
  readonly processor: readonly ProcessorChange[];
  readonly newFindings: readonly Finding[];
  readonly goneFindings: readonly Finding[];
  readonly verdict: Verdict;
  /** One sentence for each reason to fail; empty: there is none. */
  readonly failures: readonly string[];
  /** What weakens the comparison, one sentence each. */
  readonly doubts: readonly string[];
}

/** Both sides' processor profiles, by recording. */
export interface ComparedProfiles {
  readonly base: SideProfiles;
  readonly head: SideProfiles;
}

/** What is known of one side. */
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

/** One primitive on both sides. */
export interface PrimitiveComparison {
  readonly name: string;
  readonly type: string;
  readonly base: PrimitiveFacts | null;
  readonly head: PrimitiveFacts | null;
  /** Those that could be judged, the worst first. */
  readonly figures: readonly Figure[];
  /** The worst of its figures; `new` and `gone` if it is only on one side. */
  readonly verdict: Verdict | "new" | "gone";
}

/** What is shown of one side of a primitive. */
export interface PrimitiveFacts {
  readonly operations: number;
  readonly contended: number;
  readonly blockedMs: number;
  readonly handoffMs: number;
  readonly blameMs: number;
  readonly holdMs: number;
  /** Where those held that are to blame for the most waiting; null: not known. */
  readonly holder: Site | null;
  /** Seconds. */
  readonly waits: HistogramData;
  readonly holds: HistogramData;
}

/** A figure per operation, in milliseconds, on both sides. */
export interface Figure {
  readonly metric: Metric;
  /** Where those hold whose holds are compared, in the head; null: it is about all of the primitive. */
  readonly site: Site | null;
  readonly base: number;
  readonly head: number;
  readonly ratio: number;
  /** 95 % confidence interval of the ratio. */
  readonly low: number;
  readonly high: number;
  /** The ratio between what is usual on each side, which bursts don't move, and its interval. */
  readonly usual: { readonly ratio: number; readonly low: number; readonly high: number };
  readonly verdict: Verdict;
  /** Why it is not surer; empty if it is sure. */
  readonly doubt: string;
}

/** Differences below this many milliseconds an operation are nothing, whatever their ratio. */
const smallestMs = 0.05;

/** Added to each operation, in milliseconds, so that ratios of next to nothing stay small. */
const floorMs = 0.01;

/** With fewer operations on either side nothing is said. */
const fewest = 20;

/** How much longer an operation may take for each millisecond that timers are later: it may wait for several. */
const turns = 3;

/** With fewer recordings a side, how much runs of the same code differ is not known. */
const enoughRecordings = 3;

/** Runs that had to go without a processor for more than this share of their time say nothing one by one. */
const mostDelayed = 0.05;

/** A red in one of many figures by mere chance is no rarer than this. */
const significance = 0.05;

/**
 * Compares recordings of two versions of a program, any number of each side. A figure is regressed only if its difference is
 * beyond the threshold by more than chance explains, all figures taken together; if it is so at most times, and not
 * only in a burst; and if a busier machine does not explain it.
 */
export function compareRecordings(
  before: readonly Recording[],
  head: readonly Recording[],
  failOn: FailOn,
  profiles: ComparedProfiles = { base: [], head: [] },
): Comparison {
  const base = withNamesOf(head, before);
  const sides = { base: factsOf(base), head: factsOf(head) };
  const few = Math.min(base.length, head.length) < enoughRecordings;
  const machine = {
    lateMs: Math.max(0, sides.head.timersLateMs - sides.base.timersLateMs),
    disturbed: few && delayedMost(sides.base, sides.head) > mostDelayed,
  };
  const pairs = pairsOf(base, head);
  const drafts = pairs.map((pair) => ({ pair, figures: draftsOf(pair) }));
  judge(
    drafts.flatMap(({ figures }) => figures),
    failOn,
    machine,
  );
  const primitives = drafts.map(({ pair, figures }) => primitiveComparison(pair, figures));
  const newFindings = findingsOnlyIn(head, base);
  const failures = failuresOf(primitives, newFindings, failOn);
  return {
    version: 1,
    ...sides,
    primitives,
    processor: processorChanges(profiles.base, profiles.head),
    newFindings,
    goneFindings: findingsOnlyIn(base, head),
    verdict: failures.length > 0 ? "regressed" : overall(primitives),
    failures,
    doubts: doubtsOf(sides.base, sides.head, primitives),
  };
}

interface Pair {
  readonly type: string;
  readonly name: string;
  /** A primitive's record in each recording that has it. */
  readonly base: readonly PrimitiveRecord[];
  readonly head: readonly PrimitiveRecord[];
}

function pairsOf(base: readonly Recording[], head: readonly Recording[]): Pair[] {
  const pairs = new Map<
    string,
    { type: string; name: string; base: PrimitiveRecord[]; head: PrimitiveRecord[] }
  >();
  const sort = (recordings: readonly Recording[], side: "base" | "head"): void => {
    for (const record of recordings.flatMap(({ primitives }) => primitives)) {
      const { type, name } = record;
      const key = `${type} ${name}`;
      const pair = pairs.get(key) ?? { type, name, base: [], head: [] };
      pair[side].push(record);
      pairs.set(key, pair);
    }
  };
  sort(base, "base");
  sort(head, "head");
  const blocked = (pair: Pair): number =>
    [...pair.base, ...pair.head].reduce((sum, { blockedMs }) => sum + blockedMs, 0);
  return [...pairs.values()].toSorted((a, b) => blocked(b) - blocked(a));
}

interface Draft {
  readonly metric: Metric;
  readonly site: Site | null;
  readonly ratio: Ratio | undefined;
  readonly operations: number;
  base: number;
  head: number;
  verdict: Verdict;
  doubt: string;
}

function draftsOf({ base, head }: Pair): Draft[] {
  if (base.length === 0 || head.length === 0) return [];
  const holds = [...functionsOf(head)].map(([key, site]) =>
    draft("hold", site, blocksOfHolds(base, key), blocksOfHolds(head, key)),
  );
  const wait = draft(
    "wait",
    null,
    blocksOf(base, "blockedMs", "operations"),
    blocksOf(head, "blockedMs", "operations"),
  );
  const handoff = draft(
    "handoff",
    null,
    blocksOf(base, "handoffMs", "contended"),
    blocksOf(head, "handoffMs", "contended"),
  );
  return [...holds, wait, handoff].filter(({ operations }) => operations > 0);
}

/** The functions that held, with the place where most did. What was not looked up can't be told apart. */
function functionsOf(records: readonly PrimitiveRecord[]): Map<string, Site> {
  const rows = records.flatMap(({ byHolder }) => byHolder).toSorted((a, b) => b.holds - a.holds);
  const functions = new Map<string, Site>();
  for (const { site } of rows) {
    if (site !== null && !functions.has(functionKey(site))) functions.set(functionKey(site), site);
  }
  return functions;
}

function blocksOfHolds(records: readonly PrimitiveRecord[], key: string): Block[][] {
  return records.map(({ slices, byHolder }) =>
    slices.map(({ holders }) => {
      let amount = 0;
      let count = 0;
      for (const row of holders) {
        if (functionKey(byHolder[row.holder]?.site ?? null) !== key) continue;
        amount += row.holdMs;
        count += row.holds;
      }
      return { amount, count };
    }),
  );
}

function blocksOf(
  records: readonly PrimitiveRecord[],
  amount: "blockedMs" | "handoffMs",
  count: "operations" | "contended",
): Block[][] {
  return records.map(({ slices }) => slices.map((slice) => ({ amount: slice[amount], count: slice[count] })));
}

function draft(
  metric: Metric,
  site: Site | null,
  base: readonly (readonly Block[])[],
  head: readonly (readonly Block[])[],
): Draft {
  const [before, after] = [total(base.flat()), total(head.flat())];
  const operations = Math.min(before.count, after.count);
  const ratio = operations < fewest ? undefined : ratioOf(base, head, floorMs);
  return {
    metric,
    site,
    ratio,
    operations,
    base: meanOf(before),
    head: meanOf(after),
    verdict: "unsure",
    doubt: "too few operations",
  };
}

function meanOf({ amount, count }: Block): number {
  return count === 0 ? 0 : amount / count;
}

/**
 * Judges all figures together: the more there are, the more each has to prove (Holm's method). A difference is shown by
 * the mean or by what is usual, and must not be contradicted by the other.
 */
function judge(drafts: readonly Draft[], { thresholds }: FailOn, machine: Machine): void {
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

/** What of the machine stands against a verdict. */
interface Machine {
  /** How much later timers were in the head. */
  readonly lateMs: number;
  /** Whether the runs had to share their processors with something else. */
  readonly disturbed: boolean;
}

function delayedMost(base: SideFacts, head: SideFacts): number {
  return Math.max(base.delayedShare ?? 0, head.delayedShare ?? 0);
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

// Waits follow from holds.
const causesFirst: readonly Metric[] = ["hold", "wait", "handoff"];
const worst: readonly Verdict[] = ["regressed", "unsure", "improved", "unchanged"];

function primitiveComparison(pair: Pair, drafts: readonly Draft[]): PrimitiveComparison {
  const figures = drafts
    .map(({ ratio, operations: _operations, ...figure }) => ({
      ...figure,
      ...interval(ratio?.mean, (figure.head + floorMs) / (figure.base + floorMs)),
      usual: interval(ratio?.usual, 1),
    }))
    .toSorted(
      (a, b) =>
        worst.indexOf(a.verdict) - worst.indexOf(b.verdict) ||
        causesFirst.indexOf(a.metric) - causesFirst.indexOf(b.metric) ||
        b.ratio - a.ratio,
    );
  const both = pair.base.length > 0 && pair.head.length > 0;
  // Of a hand-off the loop is the cause, and of what happened too rarely nothing is known: neither is the primitive's verdict.
  const telling = figures.find(({ metric, doubt }) => metric !== "handoff" && doubt !== "too few operations");
  return {
    name: pair.name,
    type: pair.type,
    base: primitiveFacts(pair.base),
    head: primitiveFacts(pair.head),
    figures,
    verdict: both ? (telling?.verdict ?? "unsure") : pair.head.length > 0 ? "new" : "gone",
  };
}

function interval(
  estimate: Estimate | undefined,
  otherwise: number,
): { ratio: number; low: number; high: number } {
  if (estimate === undefined) return { ratio: otherwise, low: 0, high: Number.MAX_VALUE };
  const { ratio, low, high } = estimate;
  return { ratio, low, high };
}

function primitiveFacts(records: readonly PrimitiveRecord[]): PrimitiveFacts | null {
  if (records.length === 0) return null;
  const sum = (of: (record: PrimitiveRecord) => number): number =>
    records.reduce((all, record) => all + of(record), 0);
  const waits = new Histogram();
  const holds = new Histogram();
  for (const record of records) {
    waits.merge(record.waits);
    for (const { durations } of record.holds) holds.merge(durations);
  }
  return {
    operations: sum(({ operations }) => operations),
    contended: sum(({ contended }) => contended),
    blockedMs: sum(({ blockedMs }) => blockedMs),
    handoffMs: sum(({ handoffMs }) => handoffMs),
    blameMs: sum(({ blockedMs, unattributedMs }) => blockedMs - unattributedMs),
    holdMs: sum(({ holdMs }) => holdMs),
    holder: mostToBlame(records),
    waits: plain(waits),
    holds: plain(holds),
  };
}

function mostToBlame(records: readonly PrimitiveRecord[]): Site | null {
  const rows = records.flatMap(({ byHolder }) => byHolder).filter(({ site }) => site !== null);
  return rows.toSorted((a, b) => b.blameMs - a.blameMs)[0]?.site ?? null;
}

function factsOf(recordings: readonly Recording[]): SideFacts {
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

// The sentence names lines, which move; the id is of one process.
function findingKey({ kind, primitives, sites }: Finding): string {
  return JSON.stringify([kind, primitives, sites.map(functionKey)]);
}

function findingsOnlyIn(these: readonly Recording[], those: readonly Recording[]): Finding[] {
  const known = new Set(those.flatMap(({ findings }) => findings).map(findingKey));
  const found = new Map(these.flatMap(({ findings }) => findings).map((one) => [findingKey(one), one]));
  return [...found].filter(([key]) => !known.has(key)).map(([, finding]) => finding);
}

function failuresOf(
  primitives: readonly PrimitiveComparison[],
  newFindings: readonly Finding[],
  { gates }: FailOn,
): string[] {
  const figures = primitives.flatMap((primitive) =>
    primitive.figures
      .filter(({ metric, verdict }) => verdict === "regressed" && gates.has(metric))
      .map((figure) => figureSentence(primitive, figure)),
  );
  const errors = gates.has("findings") ? newFindings.filter(({ severity }) => severity === "error") : [];
  return [...figures, ...errors.map(({ kind, message }) => `new finding, ${kind}: ${message}`)];
}

/** A figure in words: `inventory is held 31 % longer at reserve src/inventory.ts:46 (9.1 ms → 11.9 ms)`. */
export function figureSentence(
  { name, head: facts }: Pick<PrimitiveComparison, "name" | "head">,
  { metric, site, base, head, ratio }: Figure,
): string {
  const values = `(${base.toPrecision(3)} ms → ${head.toPrecision(3)} ms)`;
  const change = longer(ratio);
  if (metric === "handoff") return `the hand-off of ${name} takes ${change} ${values}`;
  if (metric === "hold") return `${name} is held ${change}${placeOf(" at", site)} ${values}`;
  return `${name} is waited for ${change} ${values}${placeOf(", mostly for", facts?.holder ?? null)}`;
}

function placeOf(where: string, site: Site | null): string {
  if (site === null) return "";
  return `${where} ${site.functionName} ${site.filePath}:${site.lineNumber}`;
}

function longer(ratio: number): string {
  if (ratio >= 10) return `${Math.round(ratio)} times as long`;
  return ratio >= 1
    ? `${Math.round((ratio - 1) * 100)} % longer`
    : `${Math.round((1 - ratio) * 100)} % shorter`;
}

function overall(primitives: readonly PrimitiveComparison[]): Verdict {
  const verdicts = new Set(primitives.map(({ verdict }) => verdict));
  // What regressed without being asked about fails nothing, and is not unchanged either.
  if (verdicts.has("regressed") || verdicts.has("unsure")) return "unsure";
  return verdicts.has("improved") ? "improved" : "unchanged";
}

function doubtsOf(base: SideFacts, head: SideFacts, primitives: readonly PrimitiveComparison[]): string[] {
  const doubts: string[] = [];
  if (Math.min(base.recordings, head.recordings) < enoughRecordings) {
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
  if (delayedMost(base, head) > mostDelayed) {
    doubts.push(
      `The machine was busy with something else: the program could have run and had no processor for ${percent(base.delayedShare ?? 0)} of the time in the base and ${percent(head.delayedShare ?? 0)} in the head.`,
    );
  }
  if (primitives.length === 0) doubts.push("Neither side used a primitive that Holdup observes.");
  return doubts;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
