import { Histogram, type Finding, type HistogramData, type Site } from "@holdup/protocol";
import type { FailOn, Metric } from "./fail-on.ts";
import { comparisonFailures } from "./failures.ts";
import { findingsOnlyIn } from "./finding-change.ts";
import { judge, type Draft } from "./judgement.ts";
import { withNamesOf } from "./moved-names.ts";
import { plain, type PrimitiveRecord } from "./primitive-record.ts";
import { processorChanges, type ProcessorChange, type SideProfiles } from "./processor-change.ts";
import { ratioOf, total, type Block, type Estimate } from "./ratio.ts";
import type { Recording } from "./recording.ts";
import { disturbed, doubtsOf, sideFacts, tooFew, type SideFacts } from "./side-facts.ts";
import { functionKey } from "./site.ts";
import type { Verdict } from "./verdict.ts";

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

/** Added to each operation, in milliseconds, so that ratios of next to nothing stay small. */
const floorMs = 0.01;

const nothingSeen = "Neither side used a primitive that Holdup observes.";

/** With fewer operations on either side nothing is said. */
const fewest = 20;

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
  const sides = { base: sideFacts(base), head: sideFacts(head) };
  const machine = {
    lateMs: Math.max(0, sides.head.timersLateMs - sides.base.timersLateMs),
    disturbed: tooFew(sides) && disturbed(sides),
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
  const failures = comparisonFailures(primitives, newFindings, failOn);
  return {
    version: 1,
    ...sides,
    primitives,
    processor: processorChanges(profiles.base, profiles.head),
    newFindings,
    goneFindings: findingsOnlyIn(base, head),
    verdict: failures.length > 0 ? "regressed" : overall(primitives),
    failures,
    doubts: [...doubtsOf(sides), ...(primitives.length === 0 ? [nothingSeen] : [])],
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

function overall(primitives: readonly PrimitiveComparison[]): Verdict {
  const verdicts = new Set(primitives.map(({ verdict }) => verdict));
  // What regressed without being asked about fails nothing, and is not unchanged either.
  if (verdicts.has("regressed") || verdicts.has("unsure")) return "unsure";
  return verdicts.has("improved") ? "improved" : "unchanged";
}
