/** The last ten minutes of every primitive, second by second, for the live view. */

import { hotSpotKey, seriesLength, type SeriesPoint } from "@holdup/protocol";
import { seriesPoint } from "./primitive-history.ts";
import type { Rollup, Series } from "./rollup.ts";
import { Totals } from "./totals.ts";

/** Percentiles of a second stay exact for so long; what comes later adds to its sums only. */
const openMs = 30_000;
const secondMs = 1_000;

interface Second {
  /** Unix ms: the end of the second. */
  readonly time: number;
  /** Absent once the second is closed: histograms are large. */
  totals: Totals | undefined;
  /** Absent while what was added is not reckoned up: it is when someone looks. */
  point: SeriesPoint | undefined;
  revision: number;
}

interface Line {
  readonly service: string;
  // The second that ends at `time` is at time / 1000 modulo seriesLength.
  readonly ring: (Second | undefined)[];
  newest: number;
  /** Of the point that changed last. */
  revision: number;
}

/** Points by primitive, as viewers know them. */
export type Points = Record<string, readonly SeriesPoint[]>;

export class SeriesBoard {
  readonly #now: () => number;
  readonly #maxLines: number;
  readonly #lines = new Map<string, Line>();
  readonly #open = new Set<Second>();
  #roomMadeAt = Number.NEGATIVE_INFINITY;
  /** Grows with everything added. */
  revision = 0;
  /** How many rollups had no room. */
  dropped = 0;

  constructor(now: () => number, maxLines = 1_000) {
    this.#now = now;
    this.#maxLines = maxLines;
  }

  add(rollups: readonly Rollup[]): void {
    if (rollups.length === 0) return;
    this.revision++;
    this.#closeOld();
    for (const rollup of rollups) this.#add(rollup);
  }

  /** The points that changed after a revision, of one service or all. */
  since(revision: number, service: string | undefined): Points {
    const points: Points = {};
    for (const [key, line] of this.#lines) {
      const wanted = service === undefined || line.service === service;
      if (!wanted || line.revision <= revision) continue;
      const changed = this.#points(line, revision);
      if (changed.length > 0) points[key] = changed;
    }
    return points;
  }

  /** All points of the primitives asked for, until so many are together, and how many that leaves out. */
  of(keys: readonly string[], maxPoints: number): { readonly points: Points; readonly leftOut: number } {
    const points: Points = {};
    let left = maxPoints;
    let leftOut = 0;
    for (const key of keys) {
      const line = this.#lines.get(key);
      const all = line === undefined ? [] : this.#points(line, -1);
      if (all.length > left) leftOut += all.length;
      else if (all.length > 0) {
        points[key] = all;
        left -= all.length;
      }
    }
    return { points, leftOut };
  }

  #add({ series, time, measure }: Rollup): void {
    const line = this.#line(series.service, keyOf(series));
    const second = line === undefined ? undefined : this.#second(line, Math.ceil(time / secondMs) * secondMs);
    if (line === undefined || second === undefined) {
      this.dropped++;
      return;
    }
    line.revision = this.revision;
    second.revision = this.revision;
    if (second.totals !== undefined) {
      second.totals.add(measure);
      second.point = undefined;
      return;
    }
    const late = new Totals();
    late.add(measure);
    second.point = withSums(pointOf(second), late);
  }

  #line(service: string, key: string): Line | undefined {
    const known = this.#lines.get(key);
    if (known !== undefined) return known;
    if (this.#lines.size >= this.#maxLines) this.#forgetIdle();
    if (this.#lines.size >= this.#maxLines) return undefined;
    const line: Line = { service, ring: Array.from({ length: seriesLength }), newest: 0, revision: 0 };
    this.#lines.set(key, line);
    return line;
  }

  // Undefined for a second that the ring has passed.
  #second(line: Line, time: number): Second | undefined {
    if (time <= line.newest - seriesLength * secondMs) return undefined;
    const slot = (time / secondMs) % seriesLength;
    const there = line.ring[slot];
    if (there?.time === time) return there;
    const totals = new Totals();
    const second: Second = { time, totals, point: undefined, revision: 0 };
    line.ring[slot] = second;
    line.newest = Math.max(line.newest, time);
    this.#open.add(second);
    return second;
  }

  #points(line: Line, revision: number): SeriesPoint[] {
    const earliest = this.#now() - seriesLength * secondMs;
    return line.ring
      .filter((second): second is Second => second !== undefined)
      .filter((second) => second.revision > revision && second.time > earliest)
      .map(pointOf)
      .toSorted((a, b) => a.time - b.time);
  }

  #closeOld(): void {
    const earliest = this.#now() - openMs;
    for (const second of this.#open) {
      if (second.time >= earliest) continue;
      pointOf(second);
      second.totals = undefined;
      this.#open.delete(second);
    }
  }

  #forgetIdle(): void {
    const now = this.#now();
    // Not each time: while all are in use there is nothing to gain.
    if (now < this.#roomMadeAt + secondMs) return;
    this.#roomMadeAt = now;
    const earliest = now - seriesLength * secondMs;
    for (const [key, line] of this.#lines) if (line.newest < earliest) this.#lines.delete(key);
  }
}

// A program's metrics are about the same series in each interval.
const keys = new WeakMap<Series, string>();

function keyOf(series: Series): string {
  let key = keys.get(series);
  if (key === undefined) {
    key = hotSpotKey({ service: series.service, primitive: series });
    keys.set(series, key);
  }
  return key;
}

function pointOf(second: Second): SeriesPoint {
  return (second.point ??= seriesPoint(second.time, second.totals ?? new Totals()));
}

function withSums(point: SeriesPoint, late: Totals): SeriesPoint {
  return {
    ...point,
    operations: point.operations + late.operations,
    contended: point.contended + late.contended,
    waitSeconds: point.waitSeconds + late.wait.sum,
    blameSeconds: point.blameSeconds + late.blameSeconds,
    waiters: Math.max(point.waiters, late.waiters),
  };
}
