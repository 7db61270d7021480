/** Everything that a store knows of one primitive in a stretch of time. */

import type {
  Bar,
  Distribution,
  HolderActivities,
  HolderSite,
  Histogram,
  HistogramData,
  PrimitiveHistory,
  SeriesPoint,
  Site,
  WaiterSite,
} from "@holdup/protocol";
import type { PrimitiveTotals } from "./hot-spots.ts";
import type { Totals } from "./totals.ts";

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
    wait: distribution(whole.wait),
    hold: distribution(whole.hold),
    handoff: distribution(whole.handoff),
    waiterSites: waiters
      .map(({ site, totals }) => waiterSite(site, totals))
      .toSorted((a, b) => b.waitSeconds - a.waitSeconds || b.operations - a.operations),
    holderSites: holders
      .map(({ site, totals }) => holderSite(site, totals))
      .toSorted((a, b) => b.blameSeconds - a.blameSeconds || b.holdSeconds - a.holdSeconds),
    matrix: matrix.toSorted((a, b) => b.blameSeconds - a.blameSeconds),
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

function busiestFirst(a: HolderActivities, b: HolderActivities): number {
  return seconds(b) - seconds(a);
}

function seconds({ activities }: HolderActivities): number {
  return activities.reduce((sum, activity) => sum + activity.seconds, 0);
}

function distribution(histogram: Histogram): Distribution {
  return {
    count: histogram.count,
    sum: histogram.sum,
    p50: histogram.quantile(0.5),
    p90: histogram.quantile(0.9),
    p95: histogram.quantile(0.95),
    p99: histogram.quantile(0.99),
    max: histogram.max,
    histogram: bars(histogram.toData()),
  };
}

function bars({ zeroCount, offset, scale, counts }: HistogramData): Bar[] {
  const bound = (index: number): number => 2 ** (index / 2 ** scale);
  const zeros = zeroCount > 0 ? [{ from: 0, to: 0, count: zeroCount }] : [];
  const others = Array.from(counts, (count, i) => ({
    from: bound(offset + i),
    to: bound(offset + i + 1),
    count,
  }));
  return [...zeros, ...others.filter(({ count }) => count > 0)];
}
