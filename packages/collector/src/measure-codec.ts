/** Measures as bytes: what rollups and the tiers of a store are made of. A sketch takes two bytes a bucket. */

import { histogramScale, type HistogramData } from "@holdup/protocol";
import { BytesError, ByteWriter, type ByteReader } from "./bytes.ts";
import type { Measure } from "./rollup.ts";

// In files: a number once given stays.
const kinds = [
  "wait",
  "hold",
  "handoff",
  "operations",
  "blame",
  "activity",
  "explained",
  "waiters",
] as const satisfies readonly Measure["kind"][];

export function writeMeasure(to: ByteWriter, measure: Measure): void {
  to.varint(kinds.indexOf(measure.kind));
  switch (measure.kind) {
    case "wait":
      writeHistogram(to, measure.histogram);
      to.number(measure.contended);
      break;
    case "hold":
    case "handoff":
      writeHistogram(to, measure.histogram);
      break;
    case "operations":
      to.number(measure.operations);
      to.number(measure.contended);
      break;
    case "blame":
      to.number(measure.seconds);
      break;
    case "activity":
      to.text(measure.name);
      to.number(measure.seconds);
      break;
    case "explained":
      to.number(measure.holds);
      break;
    case "waiters":
      to.number(measure.waiters);
      break;
  }
}

/** What is read of histograms: everything, or all but their buckets, without which percentiles are unknown. */
export type Detail = "all" | "figures";

export function readMeasure(from: ByteReader, detail: Detail = "all"): Measure {
  const kind = kinds[from.varint()];
  switch (kind) {
    case "wait":
      return { kind, histogram: readHistogram(from, detail), contended: from.number() };
    case "hold":
    case "handoff":
      return { kind, histogram: readHistogram(from, detail) };
    case "operations":
      return { kind, operations: from.number(), contended: from.number() };
    case "blame":
      return { kind, seconds: from.number() };
    case "activity":
      return { kind, name: from.text(), seconds: from.number() };
    case "explained":
      return { kind, holds: from.number() };
    case "waiters":
      return { kind, waiters: from.number() };
    default:
      throw new BytesError("A measure is of no known kind.");
  }
}

// Written first, as its length comes before it.
const buckets = new ByteWriter();

/** A histogram at scale 4: its figures, the length of its buckets in bytes, its buckets. */
export function writeHistogram(to: ByteWriter, histogram: HistogramData): void {
  to.number(histogram.count);
  to.number(histogram.sum);
  to.number(histogram.min);
  to.number(histogram.max);
  to.number(histogram.zeroCount);
  buckets.clear();
  writeBuckets(buckets, histogram);
  to.varint(buckets.length);
  to.append(buckets);
}

export function readHistogram(from: ByteReader, detail: Detail = "all"): HistogramData {
  const count = from.number();
  const sum = from.number();
  const min = from.number();
  const max = from.number();
  const zeroCount = from.number();
  const sizeBytes = from.varint();
  const figures = { count, sum, min, max, zeroCount, scale: histogramScale };
  if (detail === "all" && sizeBytes > 0) return { ...figures, ...readBuckets(from) };
  from.skip(sizeBytes);
  return { ...figures, offset: 0, counts: noCounts };
}

const noCounts = new Float64Array(0);

function writeBuckets(to: ByteWriter, { offset, counts }: HistogramData): void {
  let first = 0;
  let end = counts.length;
  while (first < end && counts[first] === 0) first++;
  while (end > first && counts[end - 1] === 0) end--;
  if (end === first) return;
  to.signed(offset + first);
  to.varint(end - first);
  let empty = 0;
  for (let i = first; i < end; i++) {
    const times = counts[i] as number;
    if (times === 0) {
      empty++;
      continue;
    }
    to.pair(empty, times);
    empty = 0;
  }
}

function readBuckets(from: ByteReader): Pick<HistogramData, "offset" | "counts"> {
  const offset = from.signed();
  const counts = new Float64Array(boundedLength(from.varint()));
  for (let i = 0; i < counts.length; i++) {
    i += from.varint();
    counts[i] = from.number();
  }
  return { offset, counts };
}

// Doubles have 2,098 octaves.
function boundedLength(length: number): number {
  if (length > 2_100 * 2 ** histogramScale) throw new BytesError("A histogram is too long.");
  return length;
}
