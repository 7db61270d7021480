import { seriesLength, type HotSpot, type SeriesPoint } from "@holdup/protocol";
import { KeptPoints } from "./kept-points.ts";

/** One primitive's last minutes, oldest first, one point a second, `seriesLength` at most. */
export interface Series extends Iterable<SeriesPoint> {
  readonly length: number;
  /** The point at a place, counted from the end if negative. */
  at(index: number): SeriesPoint | undefined;
}

type AllSeries = ReadonlyMap<string, Series>;

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
export function extend(series: Series, points: Iterable<SeriesPoint>, length = seriesLength): Series {
  const kept = series instanceof KeptPoints ? series : KeptPoints.of([...series]);
  return kept.with(points, length);
}

/** The points that a chart until `end` has room for: the last ten minutes, or those since another time. */
export function lastMinutes(
  series: Series,
  end: number,
  since: number = end - seriesLength * 1000,
): SeriesPoint[] {
  return [...series].filter(({ time }) => time > since);
}

/** What all series tell of time together. */
interface Times {
  /** End of the newest second that any series knows. */
  readonly newest: number | undefined;
  /** End of the oldest one. */
  readonly oldest: number | undefined;
  /** How far apart reports come, in seconds. */
  readonly reportSeconds: number;
}

// Asked for by everything that is drawn over time, of the same series.
const timesOf = new WeakMap<AllSeries, Times>();

/** End of the newest second that any series knows. */
export function newestTime(all: AllSeries): number | undefined {
  return times(all).newest;
}

/** End of the oldest second that any series knows. */
export function oldestTime(all: AllSeries): number | undefined {
  return times(all).oldest;
}

/** How far apart reports come, in seconds: of the most eager program, since idle primitives tell nothing. */
export function reportSeconds(all: AllSeries): number {
  return times(all).reportSeconds;
}

/** A program that reports less often than this is waited for in vain, in seconds. */
const slowestReport = 10;

function times(all: AllSeries): Times {
  const known = timesOf.get(all);
  if (known !== undefined) return known;
  let newest: number | undefined;
  let oldest: number | undefined;
  let shortest = slowestReport;
  let reports = false;
  for (const series of all.values()) {
    const last = series.at(-1)?.time;
    if (last === undefined) continue;
    const first = series.at(0)?.time ?? last;
    newest = Math.max(newest ?? last, last);
    oldest = Math.min(oldest ?? first, first);
    const before = series.at(-2)?.time;
    if (before === undefined) continue;
    shortest = Math.min(shortest, Math.round((last - before) / 1000));
    reports = true;
  }
  const found = { newest, oldest, reportSeconds: reports ? Math.max(shortest, 1) : 1 };
  timesOf.set(all, found);
  return found;
}

/**
 * One number for each of the last seconds before `end`, oldest first; a second of which nothing is
 * known counts as `0`: nothing happened, nobody waited.
 */
export function perSecond<Point extends { readonly time: number }>(
  series: Pick<readonly Point[], "length" | "at">,
  end: number,
  seconds: number,
  measure: (point: Point) => number,
): number[] {
  const values = Array.from<number>({ length: seconds }).fill(0);
  // From the end, and no further than needed. Of two in the same second the later one counts.
  let filled = seconds;
  for (let at = series.length - 1; at >= 0; at--) {
    const point = series.at(at) as Point;
    const index = seconds - 1 - Math.round((end - point.time) / 1000);
    if (index < 0) break;
    if (index < filled) values[index] = measure(point);
    filled = Math.min(filled, index);
  }
  return values;
}
