/** A batch as rows of the one table: folded, so that each series of ten seconds is one row. */

import {
  findingKey,
  type HistogramData,
  type KeptFinding,
  type KeptHold,
  type KeptWait,
  type Site,
} from "@holdup/protocol";
import { bucketMs, estimateUnit, sketchParts, type RowKind } from "./clickhouse-schema.ts";
import type { Reading } from "./readings.ts";
import type { Measure, Rollup, Series } from "./rollup.ts";
import { seriesKey } from "./rollup.ts";
import { Totals } from "./totals.ts";

/** What is not named has its column's default. */
export type Row = Readonly<Record<string, unknown>> & { readonly kind: RowKind };

/** The figures of some rollups. */
export function figureRows(rollups: Iterable<Rollup>): Row[] {
  const sums = new Map<string, { series: Series; time: number; totals: Totals }>();
  for (const { series, time, measure } of rollups) {
    const start = Math.floor(time / bucketMs) * bucketMs;
    const key = `${start} ${seriesKey(series)}`;
    const sum = sums.get(key) ?? { series, time: start, totals: new Totals() };
    sum.totals.add(measure);
    sums.set(key, sum);
  }
  return [...sums.values()].map(({ series, time, totals }) => figureRow(series, time, totals));
}

export function spanRow(kind: "wait" | "hold", span: KeptWait | KeptHold, number: number): Row {
  const { service, primitive, end } = span;
  return { kind, time: Math.floor(end), service, ...primitive, number, record: JSON.stringify(span) };
}

export function findingRow(finding: KeptFinding, number: number): Row {
  const { service, count, firstSeen, lastSeen } = finding;
  const stream = findingKey(finding);
  const record = JSON.stringify(finding);
  const times = { time: Math.floor(lastSeen), first_seen: firstSeen, last_seen: lastSeen };
  return { kind: "finding", stream, ...times, service, number, count, record };
}

export function readingRow(stream: string, { startTime, time, value }: Reading): Row {
  const told = typeof value === "number" ? value : { ...value, counts: Array.from(value.counts) };
  return {
    kind: "reading",
    stream,
    time: Math.floor(time),
    record: JSON.stringify({ startTime, time, value: told }),
  };
}

/** The reading that a row's record holds. */
export function readingOf(record: string): Reading {
  return JSON.parse(record) as Reading;
}

/** Sites are told apart by their text; none is empty. */
export function siteText(site: Site | null): string {
  return site === null ? "" : JSON.stringify([site.filePath, site.lineNumber, site.functionName]);
}

export function siteOfText(text: string): Site | null {
  if (text === "") return null;
  const [filePath, lineNumber, functionName] = JSON.parse(text) as [string, number, string];
  return { functionName, filePath, lineNumber };
}

function figureRow(series: Series, time: number, totals: Totals): Row {
  const { service, type, name, operation, outcome, waiterSite, holderSite, estimated = false } = series;
  const row: Record<string, unknown> & { kind: RowKind } = {
    kind: "figures",
    time,
    service,
    type,
    name,
    operation,
    outcome,
    waiter_site: siteText(waiterSite),
    holder_site: siteText(holderSite),
    estimated,
  };
  for (const measure of totals.measures()) Object.assign(row, columns(measure, row, estimated));
  return row;
}

function columns(
  measure: Measure,
  row: Readonly<Record<string, unknown>>,
  estimated: boolean,
): Record<string, unknown> {
  switch (measure.kind) {
    case "wait":
      return { ...histogram("wait", measure.histogram, estimated), contended: measure.contended };
    case "hold":
    case "handoff":
      return histogram(measure.kind, measure.histogram, estimated);
    case "operations":
      return { counted: measure.operations, counted_contended: measure.contended };
    case "blame":
      return { blame: measure.seconds };
    case "waiters":
      return { waiters: measure.waiters };
    case "explained":
      return { told: true, holds: measure.holds };
    default:
      return {
        activities: { ...(row["activities"] as object | undefined), [measure.name]: measure.seconds },
      };
  }
}

function histogram(name: string, data: HistogramData, estimated: boolean): Record<string, unknown> {
  return {
    [`${name}_count`]: data.count,
    [`${name}_sum`]: data.sum,
    [`${name}_min`]: data.min,
    [`${name}_max`]: data.max,
    [`${name}_zeros`]: data.zeroCount,
    ...buckets(name, data, estimated ? estimateUnit : 1),
  };
}

// Each part from its anchor to the last bucket that counts anything.
function buckets(name: string, { offset, counts }: HistogramData, unit: number): Record<string, number[]> {
  const [short, long] = sketchParts;
  const dense: [number[], number[]] = [[], []];
  for (let i = 0; i < counts.length; i++) {
    const times = Math.round((counts[i] as number) / unit);
    const index = Math.max(short.anchor, offset + i);
    if (times > 0 && index < long.anchor) put(dense[0], index - short.anchor, times);
    else if (times > 0) put(dense[1], index - long.anchor, times);
  }
  return { [`${name}_${short.column}`]: dense[0], [`${name}_${long.column}`]: dense[1] };
}

function put(dense: number[], place: number, times: number): void {
  while (dense.length <= place) dense.push(0);
  dense[place] = (dense[place] as number) + times;
}
