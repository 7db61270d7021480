/** What both forms of OTLP share about metric points. */

import type { HistogramData } from "@holdup/protocol";
import { DecodeError } from "./decode-error.ts";
import { maxNumbers } from "./decode-limits.ts";
import type { Temporality } from "./telemetry.ts";

/** One side of an exponential histogram as it is on the wire. */
export interface Buckets {
  readonly offset: number;
  readonly counts: number[];
}

/** The figures of an exponential histogram as they are on the wire. */
export interface WireHistogram {
  readonly sum: number;
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly scale: number;
  readonly zeroCount: number;
  readonly positive: Buckets;
  readonly negative: Buckets;
}

/** The scales that OpenTelemetry allows. */
const minScale = -10;
const maxScale = 20;

/** The temporality by its number; an unknown one is unspecified. */
export function temporality(number: number): Temporality {
  if (number === 1) return "delta";
  return number === 2 ? "cumulative" : "unspecified";
}

/** Wire figures as histogram data. Absent extremes are read from the outermost buckets. */
export function exponentialHistogram(wire: WireHistogram): HistogramData {
  const { positive, negative, scale } = wire;
  check(wire);
  const zeroCount = wire.zeroCount + total(negative.counts);
  const count = zeroCount + total(positive.counts);
  const isTold = wire.min !== undefined && wire.max !== undefined;
  const [low, high] = isTold ? noExtremes : extremes(positive, scale);
  return {
    count,
    sum: wire.sum,
    min: Math.max(0, wire.min ?? (zeroCount > 0 ? 0 : low)),
    max: Math.max(0, wire.max ?? high),
    zeroCount,
    scale,
    offset: positive.offset,
    counts: positive.counts,
  };
}

function check({ scale, positive, negative }: WireHistogram): void {
  if (scale < minScale || scale > maxScale) {
    throw new DecodeError(
      `An exponential histogram has the scale ${scale}; ${minScale} to ${maxScale} exist.`,
    );
  }
  if (positive.counts.length > maxNumbers || negative.counts.length > maxNumbers) {
    throw new DecodeError(`An exponential histogram has more than ${maxNumbers} buckets.`);
  }
}

function total(counts: readonly number[]): number {
  let sum = 0;
  for (const count of counts) sum += count;
  return sum;
}

const noExtremes = [0, 0] as const;

function extremes({ offset, counts }: Buckets, scale: number): readonly [low: number, high: number] {
  const first = counts.findIndex((count) => count > 0);
  if (first === -1) return noExtremes;
  const last = counts.findLastIndex((count) => count > 0);
  return [2 ** ((offset + first) / 2 ** scale), 2 ** ((offset + last + 1) / 2 ** scale)];
}
