import { seriesLength, type HotSpot, type SeriesPoint } from "@holdup/protocol";

/** One primitive's last minutes, oldest first, one point a second, `seriesLength` at most. */
export type Series = readonly SeriesPoint[];

/** Of so many primitives or fewer the page keeps whole series. */
const fewPrimitives = 200;

/** Of more, so many whole ones: twice as many as the chart of all tells apart. */
const wholeSeries = 16;

/** How much of the others, in seconds: what a trend shows. */
export const shortSeries = 120;

/** How many points of each primitive to keep. All series of a thousand primitives would be a hundred megabytes. */
export function keptOf(rows: ReadonlyMap<string, HotSpot>): (key: string) => number {
  if (rows.size <= fewPrimitives) return () => seriesLength;
  const costs = Float64Array.from(rows.values(), ({ blameSeconds }) => blameSeconds).toSorted();
  const least = Math.max(costs.at(-wholeSeries) ?? 0, Number.MIN_VALUE);
  return (key) => ((rows.get(key)?.blameSeconds ?? 0) >= least ? seriesLength : shortSeries);
}

/** The series with new points in their places; a point with a time already known replaces it. */
export function extend(series: Series, points: Series, length = seriesLength): Series {
  const extended = [...series];
  for (const point of points) place(extended, point);
  return extended.length > length ? extended.slice(-length) : extended;
}

function place(series: SeriesPoint[], point: SeriesPoint): void {
  // From the end: a point is nearly always the newest second, or the newest second told again.
  const before = series.findLastIndex(({ time }) => time <= point.time);
  const known = series[before]?.time === point.time;
  series.splice(known ? before : before + 1, known ? 1 : 0, point);
}

/** The points that a chart until `end` has room for: the last ten minutes. */
export function lastMinutes(series: Series, end: number): Series {
  const first = series.findIndex(({ time }) => time > end - seriesLength * 1000);
  if (first <= 0) return first === 0 ? series : [];
  return series.slice(first);
}

/** End of the newest second that any series knows. */
export function newestTime(all: ReadonlyMap<string, Series>): number | undefined {
  let newest: number | undefined;
  for (const series of all.values()) {
    const last = series.at(-1)?.time;
    if (last !== undefined && (newest === undefined || last > newest)) newest = last;
  }
  return newest;
}

/** End of the oldest second that any series knows. */
export function oldestTime(all: ReadonlyMap<string, Series>): number | undefined {
  let oldest: number | undefined;
  for (const series of all.values()) {
    const first = series[0]?.time;
    if (first !== undefined && (oldest === undefined || first < oldest)) oldest = first;
  }
  return oldest;
}

/** A program that reports less often than this is waited for in vain, in seconds. */
const slowestReport = 10;

/** How far apart reports come, in seconds: of the most eager program, since idle primitives tell nothing. */
export function reportSeconds(all: ReadonlyMap<string, Series>): number {
  let shortest = slowestReport;
  let known = false;
  for (const series of all.values()) {
    const [before, last] = [series.at(-2), series.at(-1)];
    if (before === undefined || last === undefined) continue;
    shortest = Math.min(shortest, Math.round((last.time - before.time) / 1000));
    known = true;
  }
  return known ? Math.max(shortest, 1) : 1;
}

/**
 * One number for each of the last seconds before `end`, oldest first; a second of which nothing is
 * known counts as `0`: nothing happened, nobody waited.
 */
export function perSecond<Point extends { readonly time: number }>(
  series: readonly Point[],
  end: number,
  seconds: number,
  measure: (point: Point) => number,
): number[] {
  const values = Array.from<number>({ length: seconds }).fill(0);
  // From the end, and no further than needed. Of two in the same second the later one counts.
  let filled = seconds;
  for (let at = series.length - 1; at >= 0; at--) {
    const point = series[at] as Point;
    const index = seconds - 1 - Math.round((end - point.time) / 1000);
    if (index < 0) break;
    if (index < filled) values[index] = measure(point);
    filled = Math.min(filled, index);
  }
  return values;
}

/** How many operations all series tell of after a moment. */
export function operationsAfter(all: ReadonlyMap<string, Series>, time: number): number {
  let operations = 0;
  for (const series of all.values()) {
    for (const point of series) if (point.time > time) operations += point.operations;
  }
  return operations;
}
