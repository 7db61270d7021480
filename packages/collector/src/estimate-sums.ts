/** What the spans of one request stand for, added up by series and second: one rollup instead of one a span. */

import { bucketIndex, histogramScale, type HistogramData } from "@holdup/protocol";
import { seriesKey, type Measure, type Rollup, type Series } from "./rollup.ts";
import { dense, highestIndex, lowestIndex } from "./sketch.ts";

type Duration = "wait" | "hold" | "handoff";

interface Sum {
  readonly series: Series;
  readonly time: number;
  readonly kind: Duration | "blame";
  readonly places: Map<number, number>;
  count: number;
  contended: number;
  zeroCount: number;
  seconds: number;
  min: number;
  max: number;
}

const secondMs = 1_000;

export class EstimateSums {
  readonly #sums = new Map<string, Sum>();

  /** So many times it took so long; a wait of zero did not have to wait. */
  took(kind: Duration, series: Series, time: number, seconds: number, times: number): void {
    const sum = this.#sum(kind, series, time);
    sum.count += times;
    sum.seconds += seconds * times;
    sum.min = Math.min(sum.min, seconds);
    sum.max = Math.max(sum.max, seconds);
    if (seconds < 2 ** -40) sum.zeroCount += times;
    else {
      const index = Math.min(highestIndex, Math.max(lowestIndex, bucketIndex(seconds)));
      sum.places.set(index, (sum.places.get(index) ?? 0) + times);
    }
  }

  /** So many of the waits had to wait. */
  contended(series: Series, time: number, times: number): void {
    this.#sum("wait", series, time).contended += times;
  }

  blame(series: Series, time: number, seconds: number): void {
    this.#sum("blame", series, time).seconds += seconds;
  }

  rollups(): Rollup[] {
    return Array.from(this.#sums.values(), (sum) => ({
      series: sum.series,
      time: sum.time,
      measure: measureOf(sum),
    }));
  }

  #sum(kind: Sum["kind"], series: Series, at: number): Sum {
    const time = Math.floor(at / secondMs) * secondMs;
    const key = `${kind} ${time} ${seriesKey(series)}`;
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      const none = {
        count: 0,
        contended: 0,
        zeroCount: 0,
        seconds: 0,
        min: Number.POSITIVE_INFINITY,
        max: 0,
      };
      sum = { series, time, kind, places: new Map(), ...none };
      this.#sums.set(key, sum);
    }
    return sum;
  }
}

function measureOf(sum: Sum): Measure {
  const { kind, contended, seconds } = sum;
  if (kind === "blame") return { kind, seconds };
  const histogram = histogramOf(sum);
  return kind === "wait" ? { kind, histogram, contended } : { kind, histogram };
}

function histogramOf({ places, count, zeroCount, seconds, min, max }: Sum): HistogramData {
  return { count, sum: seconds, min, max, zeroCount, scale: histogramScale, ...dense(places) };
}
