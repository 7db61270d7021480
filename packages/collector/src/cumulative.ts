/** Streams of programs that send totals since their start, turned into what was gained since the last reading. */

import type { HistogramData } from "@holdup/protocol";
import { gain } from "./sketch.ts";
import type { Attributes, Point, Value } from "./telemetry.ts";

interface Reading {
  readonly startTime: number;
  readonly time: number;
  readonly value: number | HistogramData;
}

export interface CumulativeOptions {
  /** How many streams are remembered; the one not heard of for longest is forgotten first. @default 50_000 */
  readonly maxStreams?: number | undefined;
  /**
   * A stream's first reading counts as a gain if it covers at most this many milliseconds; a longer one is only
   * the base of the next, as its past would be charged to the present. @default 900_000
   */
  readonly maxFirstSpanMs?: number | undefined;
}

export class Cumulative {
  readonly #maxStreams: number;
  readonly #maxFirstSpanMs: number;
  // In the order of last use.
  readonly #streams = new Map<string, Reading>();
  /** Streams forgotten for want of room. */
  forgotten = 0;

  constructor({ maxStreams = 50_000, maxFirstSpanMs = 900_000 }: CumulativeOptions = {}) {
    this.#maxStreams = maxStreams;
    this.#maxFirstSpanMs = maxFirstSpanMs;
  }

  /** The sum's gain, or undefined if the point brings none: too old a start, or a reading already passed. */
  sumGain(resource: Attributes, point: Extract<Point, { kind: "sum" }>): number | undefined {
    const before = this.#replace(streamKey(resource, point), point);
    if (before === undefined) return this.#first(point) ? point.value : undefined;
    if (before.time >= point.time) return undefined;
    const past = before.startTime === point.startTime ? (before.value as number) : 0;
    return point.value >= past ? point.value - past : point.value;
  }

  /** The histogram's gain; see sumGain. The point's histogram is at scale 4. */
  histogramGain(
    resource: Attributes,
    point: Extract<Point, { kind: "histogram" }>,
  ): HistogramData | undefined {
    const before = this.#replace(streamKey(resource, point), point);
    if (before === undefined) return this.#first(point) ? point.value : undefined;
    if (before.time >= point.time) return undefined;
    const past = before.value as HistogramData;
    const restarted = before.startTime !== point.startTime || past.count > point.value.count;
    return restarted ? point.value : gain(past, point.value);
  }

  #first({ startTime, time }: Reading): boolean {
    return startTime > 0 && time - startTime <= this.#maxFirstSpanMs;
  }

  // A reading that comes late must not become the base of the next one.
  #replace(key: string, point: Reading): Reading | undefined {
    const before = this.#streams.get(key);
    this.#streams.delete(key);
    const { startTime, time, value } = before !== undefined && before.time >= point.time ? before : point;
    this.#streams.set(key, { startTime, time, value });
    if (this.#streams.size > this.#maxStreams) this.#forgetOldest();
    return before;
  }

  #forgetOldest(): void {
    const [oldest] = this.#streams.keys();
    if (oldest === undefined) return;
    this.#streams.delete(oldest);
    this.forgotten++;
  }
}

function streamKey(resource: Attributes, point: Point): string {
  return JSON.stringify([point.metric, sorted(resource), sorted(point.attributes)]);
}

function sorted(attributes: Attributes): [string, Value][] {
  return [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
