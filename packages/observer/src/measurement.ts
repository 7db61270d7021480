import type { Histogram, HistogramData, Outcome, Site } from "@holdup/protocol";
import type { OperationRow, Totals } from "./totals.ts";

/** What one primitive (all of one type and name) did since the measurement before. Durations in seconds. */
export interface Measurement {
  readonly type: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly operations: readonly OperationMeasurement[];
  readonly holds: readonly { readonly site: Site | null; readonly durations: HistogramData }[];
  readonly blame: readonly { readonly holder: Site | null | "nobody"; readonly seconds: number }[];
  readonly handoffs: HistogramData;
  /** Right now. */
  readonly waiters: number;
  readonly holders: number;
  readonly limit: number;
}

/** Operations with one outcome from one site. */
export interface OperationMeasurement {
  readonly operation: string;
  readonly outcome: Outcome;
  readonly site: Site | null;
  /** Those that did not have to wait. */
  readonly uncontended: number;
  /** Those that did: how long, from the enqueue until their code ran on. */
  readonly waits: HistogramData;
}

/** What the totals gained since they were measured last. They must be up to date. */
export function measure(totals: Totals): Measurement {
  return {
    type: totals.type,
    name: totals.name,
    attributes: totals.attributes,
    operations: Array.from(totals.operationRows.values(), operations).filter(
      ({ uncontended, waits }) => uncontended > 0 || waits.count > 0,
    ),
    holds: Array.from(totals.holdRows.values(), ({ site, holds }) => ({
      site,
      durations: taken(holds),
    })).filter(({ durations }) => durations.count > 0),
    blame: [...blame(totals)],
    handoffs: taken(totals.handoffs),
    waiters: totals.waiting,
    holders: totals.holding,
    limit: totals.limit,
  };
}

function operations(row: OperationRow): OperationMeasurement {
  const uncontended = row.uncontended - row.uncontendedTold;
  row.uncontendedTold = row.uncontended;
  const { operation, outcome, site } = row;
  return { operation, outcome, site, uncontended, waits: taken(row.waits) };
}

function* blame(totals: Totals): Generator<Measurement["blame"][number]> {
  for (const row of totals.holdRows.values()) {
    const ms = row.blameMs - row.blameTold;
    row.blameTold = row.blameMs;
    if (ms > 0) yield { holder: row.site, seconds: ms / 1000 };
  }
  const ms = totals.unattributedMs - totals.unattributedTold;
  totals.unattributedTold = totals.unattributedMs;
  if (ms > 0) yield { holder: "nobody", seconds: ms / 1000 };
}

function taken(histogram: Histogram): HistogramData {
  const data = histogram.toData();
  histogram.clear();
  return data;
}
