/** Streams of programs that send totals since their start, turned into what was gained since the last reading. */

import { hash } from "node:crypto";
import type { HistogramData } from "@holdup/protocol";
import type { Reading } from "./readings.ts";
import { gain } from "./sketch.ts";
import type { Attributes, Point, Value } from "./telemetry.ts";

export interface CumulativeOptions {
  /**
   * A stream's first reading counts as a gain if it covers at most this many milliseconds; a longer one is only
   * the base of the next, as its past would be charged to the present. @default 900_000
   */
  readonly maxFirstSpanMs?: number | undefined;
}

/** The streams of one request, from what the store knows of them. What changes is for the store to keep. */
export class Cumulative {
  readonly #known: ReadonlyMap<string, Reading>;
  readonly #maxFirstSpanMs: number;
  /** The readings that take the place of those known, by the stream's key. */
  readonly changed: Map<string, Reading> = new Map();

  constructor(
    known: ReadonlyMap<string, Reading> = new Map(),
    { maxFirstSpanMs = 900_000 }: CumulativeOptions = {},
  ) {
    this.#known = known;
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
  #replace(key: string, { startTime, time, value }: Reading): Reading | undefined {
    const before = this.changed.get(key) ?? this.#known.get(key);
    if (before === undefined || before.time < time) this.changed.set(key, { startTime, time, value });
    return before;
  }
}

/** What tells a stream from all others, in a length that does not depend on its attributes. */
export function streamKey(resource: Attributes, point: Point): string {
  return hash(
    "sha256",
    JSON.stringify([point.metric, point.kind, sorted(resource), sorted(point.attributes)]),
    "base64url",
  );
}

function sorted(attributes: Attributes): [string, Value][] {
  return [...attributes].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
