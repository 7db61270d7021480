/** Everything that a store knows of one primitive in a stretch of time. */

import {
  distributionOf,
  octavesOf,
  type HolderActivities,
  type HolderSite,
  type HistoryPoint,
  type MatrixEntry,
  type OutcomeCount,
  type PrimitiveHistory,
  type SeriesPoint,
  type Site,
  type WaiterSite,
} from "@holdup/protocol";
import { believed, type PrimitiveTotals, type SeriesTotals } from "./hot-spots.ts";
import { compareSites } from "./site.ts";
import { Totals } from "./totals.ts";

/** The answer made of a primitive's totals and what only its store can tell. */
export function primitiveHistory(
  { service, type, name, whole, waiters, holders, matrix }: PrimitiveTotals,
  rest: Pick<PrimitiveHistory, "series" | "stepSeconds" | "outcomes">,
): PrimitiveHistory {
  return {
    service,
    primitive: { name, type },
    operations: whole.operations,
    contended: whole.contended,
    blameSeconds: whole.blameSeconds,
    wait: distributionOf(whole.wait),
    hold: distributionOf(whole.hold),
    handoff: distributionOf(whole.handoff),
    waiterSites: waiters.map(({ site, totals }) => waiterSite(site, totals)).toSorted(longestWaitingFirst),
    holderSites: holders.map(({ site, totals }) => holderSite(site, totals)).toSorted(mostBlamedFirst),
    matrix: matrix.toSorted(costliestPairFirst),
    activities: holders
      .flatMap(({ site, totals }) => totals.activities?.at(site) ?? [])
      .toSorted(busiestFirst),
    ...rest,
  };
}

/** One point of a series: the totals of the stretch that ends at `time`. */
export function seriesPoint(time: number, totals: Totals): SeriesPoint {
  return {
    time,
    operations: totals.operations,
    contended: totals.contended,
    waitSeconds: totals.wait.sum,
    blameSeconds: totals.blameSeconds,
    waitP50: totals.wait.quantile(0.5),
    waitP99: totals.wait.quantile(0.99),
    holdP50: totals.hold.quantile(0.5),
    holdP99: totals.hold.quantile(0.99),
    waiters: totals.waiters,
  };
}

/** The same with what only the history of one primitive has room for. */
export function historyPoint(time: number, totals: Totals): HistoryPoint {
  return {
    ...seriesPoint(time, totals),
    waitP95: totals.wait.quantile(0.95),
    holdP95: totals.hold.quantile(0.95),
    waits: octavesOf(totals.wait),
  };
}

/** How often operations of one primitive ended in which way, the most frequent first. */
export function outcomes(series: Iterable<SeriesTotals>): OutcomeCount[] {
  const groups = new Map<string, { operation: string; outcome: string; totals: Totals }>();
  for (const { series: of, totals } of believed([...series])) {
    const { operation, outcome } = of;
    const key = JSON.stringify([operation, outcome]);
    const group = groups.get(key) ?? { operation, outcome, totals: new Totals() };
    group.totals.merge(totals);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ operation, outcome, totals }) => ({ operation, outcome, operations: totals.operations }))
    .filter(({ operations }) => operations > 0)
    .toSorted(mostFrequentFirst);
}

function waiterSite(site: Site | null, { timed, wait }: Totals): WaiterSite {
  return {
    site,
    ...timed,
    waitSeconds: wait.sum,
    waitP50: wait.quantile(0.5),
    waitP99: wait.quantile(0.99),
  };
}

function holderSite(site: Site | null, { hold, blameSeconds }: Totals): HolderSite {
  return { site, holds: hold.count, holdSeconds: hold.sum, holdP99: hold.quantile(0.99), blameSeconds };
}

// Each order is complete, so that two stores give the same answer.

function longestWaitingFirst(a: WaiterSite, b: WaiterSite): number {
  return b.waitSeconds - a.waitSeconds || b.operations - a.operations || compareSites(a.site, b.site);
}

function mostBlamedFirst(a: HolderSite, b: HolderSite): number {
  return b.blameSeconds - a.blameSeconds || b.holdSeconds - a.holdSeconds || compareSites(a.site, b.site);
}

function costliestPairFirst(a: MatrixEntry, b: MatrixEntry): number {
  return (
    b.blameSeconds - a.blameSeconds ||
    compareSites(a.waiterSite, b.waiterSite) ||
    compareSites(a.holderSite, b.holderSite)
  );
}

function busiestFirst(a: HolderActivities, b: HolderActivities): number {
  return seconds(b) - seconds(a) || compareSites(a.holderSite, b.holderSite);
}

function mostFrequentFirst(a: OutcomeCount, b: OutcomeCount): number {
  const [left, right] = [`${a.operation} ${a.outcome}`, `${b.operation} ${b.outcome}`];
  return b.operations - a.operations || (left < right ? -1 : 1);
}

function seconds({ activities }: HolderActivities): number {
  return activities.reduce((sum, activity) => sum + activity.seconds, 0);
}
