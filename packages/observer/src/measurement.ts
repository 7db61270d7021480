import type { Histogram, HistogramData, Outcome, Site } from "@holdup/protocol";
import type { QueueLevel } from "./queue-level.ts";
import type { HoldRow, OperationRow, Totals } from "./totals.ts";

/** What one primitive (all of one type and name) did since the measurement before. Durations in seconds. */
export interface Measurement {
  readonly type: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly operations: readonly OperationMeasurement[];
  readonly holds: readonly { readonly site: Site | null; readonly durations: HistogramData }[];
  /** Waiting, by who waited and who held: "nobody" if nobody did, null if the site was not looked up. */
  readonly blame: readonly {
    readonly waiter: Site | null;
    readonly holder: Site | null | "nobody";
    readonly seconds: number;
  }[];
  /** What holders did while others waited, of the holds that were looked at. */
  readonly activities: readonly HoldActivity[];
  readonly handoffs: HistogramData;
  /** Right now. */
  readonly waiters: number;
  readonly holders: number;
  readonly limit: number;
  /** Undefined: it is no queue. */
  readonly queue: QueueLevel | undefined;
}

/** What the holders of one site did while others waited. */
export interface HoldActivity {
  readonly site: Site | null;
  readonly holds: number;
  readonly activities: readonly { readonly name: string; readonly seconds: number }[];
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
    activities: Array.from(totals.holdRows.values(), activities).filter(({ holds }) => holds > 0),
    handoffs: taken(totals.handoffs),
    waiters: totals.waiting,
    holders: totals.holding,
    limit: totals.limit,
    queue: totals.queues?.level,
  };
}

function operations(row: OperationRow): OperationMeasurement {
  const uncontended = row.uncontended - row.uncontendedTold;
  row.uncontendedTold = row.uncontended;
  const { operation, outcome, site } = row;
  return { operation, outcome, site, uncontended, waits: taken(row.waits) };
}

function* blame(totals: Totals): Generator<Measurement["blame"][number]> {
  for (const pair of totals.pairs()) {
    const ms = pair.ms - pair.toldMs;
    // Less than a rounding is told with the next.
    if (ms < roundingMs) continue;
    pair.toldMs = pair.ms;
    yield { waiter: pair.waiter, holder: pair.holder, seconds: ms / 1000 };
  }
}

const roundingMs = 1e-6;

function activities(row: HoldRow): HoldActivity {
  const holds = row.explained - row.explainedTold;
  row.explainedTold = row.explained;
  return {
    site: row.site,
    holds,
    activities: Array.from(row.activities ?? [], ([name, sum]) => {
      const seconds = (sum.ms - sum.toldMs) / 1000;
      sum.toldMs = sum.ms;
      return { name, seconds };
    }).filter(({ seconds }) => seconds > 0),
  };
}

function taken(histogram: Histogram): HistogramData {
  const data = histogram.toData();
  histogram.clear();
  return data;
}
