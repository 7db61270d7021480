/** Series as a large service has them, and what is measured of each in ten seconds. */

import { Histogram, type Site } from "@holdup/protocol";
import { encodeChunk } from "../../../collector/src/chunk.ts";
import type { Measure, Series } from "../../../collector/src/rollup.ts";
import { Totals } from "../../../collector/src/totals.ts";

const seriesOfPrimitive = 20;
const variants = 64;

/** So many series, twenty a primitive: waits by site, holds by site, and who waited for whom. */
export function townSeries(count: number): [number: number, series: Series][] {
  return Array.from({ length: count }, (_, i) => {
    const kind = i % seriesOfPrimitive;
    const waits = kind < 8;
    const series: Series = {
      service: "town",
      type: "lock",
      name: `lock-${Math.floor(i / seriesOfPrimitive)}`,
      operation: waits ? "acquire" : "",
      outcome: waits ? "granted" : "",
      waiterSite: waits || kind >= 12 ? site(kind) : null,
      holderSite: waits ? null : site(100 + (kind % 4)),
    };
    return [i + 1, series];
  });
}

/** Ten seconds of all those series as a chunk; a few different ones in turn. */
export function townChunks(count: number): Buffer[] {
  const measures = Array.from({ length: variants }, (_, variant) => variantOf(variant));
  return Array.from({ length: 8 }, (_, turn) =>
    encodeChunk(
      Array.from({ length: count }, (__, i) => {
        const totals = new Totals();
        for (const measure of measureOf(i % seriesOfPrimitive, measures[(i + turn) % variants] as Variant)) {
          totals.add(measure);
        }
        return [i + 1, totals] as const;
      }),
    ),
  );
}

function site(lineNumber: number): Site {
  return { functionName: "work", filePath: "src/town.ts", lineNumber };
}

interface Variant {
  readonly histogram: Histogram;
  readonly seconds: number;
}

function variantOf(variant: number): Variant {
  const histogram = new Histogram();
  // Some twenty buckets, as a second of a busy lock fills.
  for (let i = 0; i < 60; i++) histogram.record(0.0005 * 1.05 ** ((i * 7 + variant * 3) % 40));
  histogram.recordZeros(30);
  return { histogram, seconds: histogram.sum };
}

function measureOf(kind: number, { histogram, seconds }: Variant): Measure[] {
  if (kind < 8) return [{ kind: "wait", histogram, contended: 60 }];
  return kind < 12 ? [{ kind: "hold", histogram }] : [{ kind: "blame", seconds }];
}
