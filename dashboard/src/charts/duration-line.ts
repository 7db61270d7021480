/** p50 and p99 of one primitive's waits or holds, second by second: the data of the chart and of its table. */

import type { SeriesPoint } from "@holdup/protocol";
import type { Series } from "../series.ts";

/** Waits or holds. */
export type Measure = "wait" | "hold";

/** What a second tells of the waits or the holds that ended in it, in seconds. */
export interface Reading {
  readonly p50: number;
  readonly p99: number;
}

/** The reading of a point; none for a second in which nobody asked, or no hold ended: it has no percentiles. */
export function readingOf(measure: Measure, point: SeriesPoint): Reading | undefined {
  if (measure === "wait") {
    const asked = point.operations > 0 || point.waitP99 > 0;
    // How long they took may not be known, but that there were some.
    return asked && !Number.isNaN(point.waitP99) ? { p50: point.waitP50, p99: point.waitP99 } : undefined;
  }
  // Points don't count holds, but one that ended took some time.
  return point.holdP99 > 0 ? { p50: point.holdP50, p99: point.holdP99 } : undefined;
}

/** The reading of a second, if it has any. */
export interface TimedReading {
  /** End of the second, Unix ms. */
  readonly time: number;
  readonly reading: Reading | undefined;
}

/** The readings of a series whose reports come so many seconds apart; where one is missing there is none. */
export function readingsOf(measure: Measure, series: Series, reportSeconds: number): TimedReading[] {
  const readings: TimedReading[] = [];
  for (const point of series) {
    const before = readings.at(-1);
    if (before !== undefined && point.time - before.time > 1500 * reportSeconds) {
      readings.push({ time: before.time + 1000, reading: undefined });
    }
    readings.push({ time: point.time, reading: readingOf(measure, point) });
  }
  return readings;
}

/** The dots that no line goes through: nothing is drawn on either side. */
export function loneDots<D extends { readonly y: number | null }>(dots: readonly D[]): D[] {
  const isDrawn = (dot: D | undefined) => dot !== undefined && dot.y !== null;
  return dots.filter((dot, index) => isDrawn(dot) && !isDrawn(dots[index - 1]) && !isDrawn(dots[index + 1]));
}
