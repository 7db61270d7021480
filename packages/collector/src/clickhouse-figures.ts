/** Figures added up by ClickHouse, and its answers made into totals. */

import { histogramScale, type HistogramData, type SeriesPoint, type Site } from "@holdup/protocol";
import { quoted, type ClickHouseEngine } from "./clickhouse-engine.ts";
import { siteOfText } from "./clickhouse-rows.ts";
import { bucketMs, estimateUnit, sketchParts, slotMs } from "./clickhouse-schema.ts";
import { byPrimitive, type PrimitiveTotals, type SeriesTotals } from "./hot-spots.ts";
import { seriesPoint } from "./primitive-history.ts";
import type { Series } from "./rollup.ts";
import type { TimeSpan } from "./store.ts";
import { Totals } from "./totals.ts";

/** Which figures count. */
export interface FigureQuery extends TimeSpan {
  readonly service?: string | undefined;
  /** Those of one of these names. */
  readonly names?: readonly string[] | undefined;
  readonly type?: string | undefined;
}

/** What is told apart in an answer; what isn't is empty in its series. */
export type FigureKey = keyof typeof keyColumns;

/** Count, sum, min, max and zeros. */
type Figures = readonly [number, number, number, number, number];
/** Which buckets count anything, rising, and how much. */
type Sketch = readonly [indexes: readonly number[], counts: readonly number[]];

interface FigureRow {
  readonly start?: number;
  readonly service?: string;
  readonly type?: string;
  readonly name?: string;
  readonly operation?: string;
  readonly outcome?: string;
  readonly waiter_site?: string;
  readonly holder_site?: string;
  readonly estimated: boolean;
  readonly wait: Figures;
  readonly hold: Figures;
  readonly handoff: Figures;
  readonly wait_sketch?: Sketch;
  readonly hold_sketch?: Sketch;
  readonly handoff_sketch?: Sketch;
  readonly contended: number;
  readonly counted: number;
  readonly counted_contended: number;
  readonly blame: number;
  readonly waiters: number;
  readonly told: boolean;
  readonly holds: number;
  readonly activities: Readonly<Record<string, number>>;
}

const keyColumns = {
  service: "service",
  type: "type",
  name: "name",
  operation: "operation",
  outcome: "outcome",
  waiterSite: "waiter_site",
  holderSite: "holder_site",
} as const;

/** All that tells series apart. */
export const allKeys: readonly FigureKey[] = Object.keys(keyColumns) as FigureKey[];

const histograms = ["wait", "hold", "handoff"] as const;

export class ClickHouseFigures {
  readonly #engine: ClickHouseEngine;
  readonly #table: string;
  readonly #now: () => number;
  readonly #retentionMs: number;

  constructor(engine: ClickHouseEngine, table: string, retentionMs: number, now: () => number) {
    this.#engine = engine;
    this.#table = table;
    this.#retentionMs = retentionMs;
    this.#now = now;
  }

  /** The start of the oldest bucket that still counts. */
  get oldest(): number {
    return this.#now() - this.#retentionMs - bucketMs;
  }

  /** Totals without the buckets of their histograms: they rank, but have no percentiles. */
  async sums(query: FigureQuery): Promise<SeriesTotals[]> {
    return (await this.#rows(query, allKeys, [])).map(seriesTotals);
  }

  /** Totals as told apart by some keys, with the buckets of some of their histograms. */
  async totals(
    query: FigureQuery,
    keys: readonly FigureKey[] = allKeys,
    sketches: readonly (typeof histograms)[number][] = histograms,
  ): Promise<SeriesTotals[]> {
    return (await this.#rows(query, keys, sketches)).map(seriesTotals);
  }

  /** The points of one primitive, one for each step in which there is anything. */
  async points(query: FigureQuery, stepMs: number): Promise<SeriesPoint[]> {
    const rows = await this.#rows(query, [], ["wait", "hold"], stepMs);
    return [...Map.groupBy(rows, ({ start }) => start ?? 0)].map(([start, cells]) => {
      const [{ whole }] = byPrimitive(cells.map(seriesTotals)) as [PrimitiveTotals];
      return seriesPoint(start + stepMs, whole);
    });
  }

  #rows(
    query: FigureQuery,
    keys: readonly FigureKey[],
    sketches: readonly string[],
    stepMs?: number,
  ): Promise<FigureRow[]> {
    const { service = "", names = [], type = "", from, to } = query;
    const columns = [...keys.map((key) => keyColumns[key]), "estimated"];
    const start = stepMs === undefined ? [] : [`intDiv(time, ${stepMs}) * ${stepMs} AS start`];
    const group = [...columns, ...(stepMs === undefined ? [] : ["start"])];
    const statement = `
      SELECT ${[...columns, ...start, ...figures, ...sketches.map(sketch)].join(", ")}
      FROM ${this.#table}
      WHERE kind = 'figures' AND stream = ''
        AND slot >= intDiv({after:Int64}, ${slotMs}) AND slot <= intDiv({to:Int64}, ${slotMs})
        AND time > {after:Int64} AND time <= {to:Int64}
        ${service === "" ? "" : "AND service = {service:String}"}
        ${type === "" ? "" : "AND type = {type:String}"}
        ${names.length === 0 ? "" : `AND name IN (${names.map(quoted).join(", ")})`}
      GROUP BY ${group.join(", ")} ${stepMs === undefined ? "" : "ORDER BY start"}`;
    const after = Math.floor(Math.max(from - bucketMs, this.oldest - 1));
    return this.#engine.select(statement, { after, to: Math.floor(to), service, type });
  }
}

const figures = [
  ...histograms.map(
    (name) =>
      `(sum(${name}_count), sum(${name}_sum), minIf(${name}_min, ${name}_count > 0), max(${name}_max), ` +
      `sum(${name}_zeros)) AS ${name}`,
  ),
  ...["contended", "counted", "counted_contended", "blame", "holds"].map((name) => `sum(${name}) AS ${name}`),
  ...["waiters", "told"].map((name) => `max(${name}) AS ${name}`),
  "sumMap(activities) AS activities",
];

// Most buckets are empty and stay where they are.
function sketch(name: string): string {
  const parts = sketchParts.map(({ column, anchor }) => {
    const sum = `sumForEach(${name}_${column})`;
    const index = `arrayMap(place -> place + ${anchor} - 1, arrayEnumerate(${sum}))`;
    return {
      indexes: `arrayFilter((index, times) -> times > 0, ${index}, ${sum})`,
      counts: `arrayFilter(times -> times > 0, ${sum})`,
    };
  });
  const both = (side: "indexes" | "counts"): string => parts.map((part) => part[side]).join(", ");
  return `(arrayConcat(${both("indexes")}), arrayConcat(${both("counts")})) AS ${name}_sketch`;
}

function seriesTotals(row: FigureRow): SeriesTotals {
  return { series: seriesOf(row), totals: totalsOf(row) };
}

function seriesOf(row: FigureRow): Series {
  const { service = "", type = "", name = "", operation = "", outcome = "" } = row;
  const known = { service, type, name, operation, outcome, waiterSite: site(row.waiter_site) };
  const series = { ...known, holderSite: site(row.holder_site) };
  return row.estimated ? { ...series, estimated: true } : series;
}

function totalsOf(row: FigureRow): Totals {
  const totals = new Totals();
  const { contended, counted, counted_contended, blame, waiters } = row;
  const unit = row.estimated ? estimateUnit : 1;
  totals.add({ kind: "wait", histogram: histogram(row.wait, row.wait_sketch, unit), contended });
  totals.add({ kind: "hold", histogram: histogram(row.hold, row.hold_sketch, unit) });
  totals.add({ kind: "handoff", histogram: histogram(row.handoff, row.handoff_sketch, unit) });
  totals.add({ kind: "operations", operations: counted, contended: counted_contended });
  totals.add({ kind: "blame", seconds: blame });
  totals.add({ kind: "waiters", waiters });
  if (!row.told) return totals;
  totals.add({ kind: "explained", holds: row.holds });
  for (const [name, seconds] of Object.entries(row.activities)) {
    totals.add({ kind: "activity", name, seconds });
  }
  return totals;
}

function histogram(
  [count, sum, min, max, zeroCount]: Figures,
  [indexes, times]: Sketch = [[], []],
  unit: number,
): HistogramData {
  const offset = indexes[0] ?? 0;
  const counts = new Float64Array(indexes.length === 0 ? 0 : (indexes.at(-1) as number) - offset + 1);
  indexes.forEach((index, i) => {
    counts[index - offset] = (times[i] as number) * unit;
  });
  return { count, sum, min, max, zeroCount, scale: histogramScale, offset, counts };
}

// The same site is asked for again and again.
const sites = new Map<string, Site | null>();

function site(text = ""): Site | null {
  const known = sites.get(text);
  if (known !== undefined) return known;
  const parsed = siteOfText(text);
  if (sites.size >= 10_000) sites.clear();
  sites.set(text, parsed);
  return parsed;
}
