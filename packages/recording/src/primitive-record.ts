import { Histogram, type HistogramData, type Site } from "@holdup/protocol";
import { siteKey } from "./site.ts";

/** What all primitives of one type and name did in a recorded run. Sums are exact, and are milliseconds. */
export interface PrimitiveRecord {
  readonly name: string;
  readonly type: string;
  /** Operations that ended, those that did not have to wait included. */
  readonly operations: number;
  readonly contended: number;
  /** All waiting: Σ byHolder.blameMs + unattributedMs. */
  readonly blockedMs: number;
  /** From the grant until the code ran on: the event loop's part. */
  readonly handoffMs: number;
  readonly holdMs: number;
  readonly unattributedMs: number;
  readonly byWaiter: readonly WaiterRow[];
  readonly byHolder: readonly HolderRow[];
  readonly matrix: readonly MatrixRow[];
  /** Seconds, from the enqueue until the code ran on; an operation that did not have to wait counts as 0. */
  readonly waits: HistogramData;
  /** Seconds. */
  readonly handoffs: HistogramData;
  /** Seconds, by the site of the hold. */
  readonly holds: readonly { readonly site: Site | null; readonly durations: HistogramData }[];
  /** What holders did while others waited, of the holds that were looked at; absent in older recordings. */
  readonly activities?: readonly ActivityRow[];
  /** The run in slices of time, one thread's after the other's: how much its figures sway. */
  readonly slices: readonly Slice[];
}

/** Those who waited at one site; null: it was not looked up. */
export interface WaiterRow {
  readonly site: Site | null;
  readonly operations: number;
  readonly blockedMs: number;
}

/** Those who held, having asked at one site; null: it was not looked up. */
export interface HolderRow {
  readonly site: Site | null;
  readonly holds: number;
  readonly holdMs: number;
  readonly blameMs: number;
}

/** What those who held at one site did while others waited. */
export interface ActivityRow {
  readonly site: Site | null;
  /** How many holds were looked at. */
  readonly holds: number;
  /** By name, as `in SELECT stock`, `waiting for payments`, `running`: of all these holds together. */
  readonly activities: readonly { readonly name: string; readonly ms: number }[];
}

/** Who waited for whom; `holder` null: nobody held. */
export interface MatrixRow {
  readonly waiter: Site | null;
  readonly holder: Site | null;
  readonly blockedMs: number;
}

/** What happened in one slice of time in one thread. */
export interface Slice {
  readonly ms: number;
  /** When it ended, Unix ms; absent where a recording does not tell. */
  readonly endedAt?: number;
  readonly operations: number;
  readonly contended: number;
  readonly blockedMs: number;
  readonly handoffMs: number;
  /** `holder` is an index in `byHolder`. */
  readonly holders: readonly SliceHolder[];
}

export interface SliceHolder {
  readonly holder: number;
  readonly holds: number;
  readonly holdMs: number;
  readonly blameMs: number;
}

/** One list of all threads' primitives: those of one type and name become one. Most waiting first. */
export function mergePrimitives(lists: readonly (readonly PrimitiveRecord[])[]): PrimitiveRecord[] {
  const groups = Map.groupBy(lists.flat(), ({ type, name }) => `${type} ${name}`);
  return Array.from(groups.values(), mergeSame).toSorted((a, b) => b.blockedMs - a.blockedMs);
}

function mergeSame(records: readonly PrimitiveRecord[]): PrimitiveRecord {
  const [first] = records as [PrimitiveRecord, ...PrimitiveRecord[]];
  if (records.length === 1) return first;
  const byHolder = mergeRows(
    records.flatMap((record) => record.byHolder),
    ({ site }) => siteKey(site),
  );
  const indexes = new Map(byHolder.map(({ site }, index) => [siteKey(site), index]));
  return {
    name: first.name,
    type: first.type,
    operations: sum(records, "operations"),
    contended: sum(records, "contended"),
    blockedMs: sum(records, "blockedMs"),
    handoffMs: sum(records, "handoffMs"),
    holdMs: sum(records, "holdMs"),
    unattributedMs: sum(records, "unattributedMs"),
    byWaiter: mergeRows(
      records.flatMap((record) => record.byWaiter),
      ({ site }) => siteKey(site),
    ),
    byHolder,
    matrix: mergeRows(
      records.flatMap((record) => record.matrix),
      ({ waiter, holder }) => `${siteKey(waiter)}\n${siteKey(holder)}`,
    ),
    waits: mergeHistograms(records.map(({ waits }) => waits)),
    handoffs: mergeHistograms(records.map(({ handoffs }) => handoffs)),
    holds: mergeHolds(records),
    activities: mergeActivities(records.flatMap(({ activities = [] }) => activities)),
    slices: records.flatMap((record) => record.slices.map((slice) => reindexed(slice, record, indexes))),
  };
}

function sum<Key extends string>(rows: readonly Readonly<Record<Key, number>>[], key: Key): number {
  return rows.reduce((total, row) => total + row[key], 0);
}

/** Adds up the numbers of rows with one key. */
function mergeRows<Row extends object>(rows: readonly Row[], keyOf: (row: Row) => string): Row[] {
  return Array.from(Map.groupBy(rows, keyOf).values(), (same) => {
    const [first] = same as [Row, ...Row[]];
    const merged = { ...first } as Record<string, unknown>;
    for (const row of same.slice(1)) {
      for (const [key, value] of Object.entries(row)) {
        if (typeof value === "number") merged[key] = (merged[key] as number) + value;
      }
    }
    return merged as Row;
  });
}

function mergeHolds(records: readonly PrimitiveRecord[]): PrimitiveRecord["holds"] {
  const groups = Map.groupBy(
    records.flatMap(({ holds }) => holds),
    ({ site }) => siteKey(site),
  );
  return Array.from(groups.values(), (same) => ({
    site: same[0]?.site ?? null,
    durations: mergeHistograms(same.map(({ durations }) => durations)),
  }));
}

/** One row for each site. */
export function mergeActivities(rows: readonly ActivityRow[]): ActivityRow[] {
  const groups = Map.groupBy(rows, ({ site }) => siteKey(site));
  return Array.from(groups.values(), (same) => ({
    site: same[0]?.site ?? null,
    holds: sum(same, "holds"),
    activities: mergeRows(
      same.flatMap(({ activities }) => activities),
      ({ name }) => name,
    ),
  }));
}

function reindexed(slice: Slice, record: PrimitiveRecord, indexes: ReadonlyMap<string, number>): Slice {
  return {
    ...slice,
    holders: slice.holders.map((row) => ({
      ...row,
      holder: indexes.get(siteKey(record.byHolder[row.holder]?.site ?? null)) ?? row.holder,
    })),
  };
}

/** Several histograms as one. */
export function mergeHistograms(histograms: readonly HistogramData[]): HistogramData {
  const merged = new Histogram();
  for (const histogram of histograms) merged.merge(histogram);
  return plain(merged);
}

/** A histogram as JSON has it. */
export function plain(histogram: Histogram): HistogramData {
  const data = histogram.toData();
  return { ...data, counts: Array.from(data.counts) };
}
