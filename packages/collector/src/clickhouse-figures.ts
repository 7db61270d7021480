/** Figures added up by ClickHouse, and its answers made into totals. */

import { histogramScale, type HistogramData, type HistoryPoint, type Site } from "@holdup/protocol";
import { quoted, type ClickHouseEngine } from "./clickhouse-engine.ts";
import { siteOfText } from "./clickhouse-rows.ts";
import { bucketMs, estimateUnit, sketchParts } from "./clickhouse-schema.ts";
import {
  figures,
  histograms,
  rowsOf,
  sketchOf,
  type HistogramName,
  type Summed,
  type TierQuery,
} from "./clickhouse-tiers.ts";
import { byPrimitive, type PrimitiveTotals, type SeriesTotals } from "./hot-spots.ts";
import { historyPoint } from "./primitive-history.ts";
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

interface KeyRow {
  readonly service?: string;
  readonly type?: string;
  readonly name?: string;
  readonly operation?: string;
  readonly outcome?: string;
  readonly waiter_site?: string;
  readonly holder_site?: string;
  readonly estimated: boolean;
}

interface FigureRow extends KeyRow {
  readonly start?: number;
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

interface RankRow extends KeyRow {
  readonly wait_count: number;
  readonly wait_sum: number;
  readonly counted: number;
  readonly blame: number;
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

const primitiveKeys = ["service", "type", "name"] as const satisfies readonly FigureKey[];

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

  /** Totals of whole primitives: nothing but what ranks them. */
  async ranks(query: FigureQuery): Promise<SeriesTotals[]> {
    const group = [...primitiveKeys.map((key) => keyColumns[key]), "estimated"];
    const rows = this.#rowsOf(query, { group, columns: ranking });
    return (await this.#select<RankRow>(query, rows, group, ranking.map(answer))).map(rankTotals);
  }

  /** Totals without the buckets of their histograms: they rank, but have no percentiles. */
  async sums(query: FigureQuery): Promise<SeriesTotals[]> {
    return (await this.#figures(query, allKeys, [])).map(seriesTotals);
  }

  /** Totals as told apart by some keys, with the buckets of some of their histograms. */
  async totals(
    query: FigureQuery,
    keys: readonly FigureKey[] = allKeys,
    sketches: readonly HistogramName[] = histograms,
  ): Promise<SeriesTotals[]> {
    return (await this.#figures(query, keys, sketches)).map(seriesTotals);
  }

  /** The points of one primitive, one for each step in which there is anything. */
  async points(query: FigureQuery, stepMs: number): Promise<HistoryPoint[]> {
    const rows = await this.#figures(query, [], ["wait", "hold"], stepMs);
    const steps = [...Map.groupBy(rows, ({ start }) => start ?? 0)].toSorted(([a], [b]) => a - b);
    return steps.map(([start, cells]) => {
      const [{ whole }] = byPrimitive(cells.map(seriesTotals)) as [PrimitiveTotals];
      return historyPoint(start + stepMs, whole);
    });
  }

  #figures(
    query: FigureQuery,
    keys: readonly FigureKey[],
    sketches: readonly HistogramName[],
    stepMs?: number,
  ): Promise<FigureRow[]> {
    const group = [...keys.map((key) => keyColumns[key]), "estimated"];
    const step = stepMs === undefined ? [] : [`intDiv(time, ${stepMs}) * ${stepMs} AS start`];
    const rows = this.#rowsOf(query, {
      group: stepMs === undefined ? group : [...group, "time"],
      columns: [...figures, ...sketches.flatMap(sketchOf)],
      // Only rows have every time.
      coarsest: stepMs === undefined ? undefined : 0,
    });
    return this.#select(query, rows, [...group, ...step], [...answers, ...sketches.map(sketch)]);
  }

  #rowsOf(
    { from, to, service = "", names = [], type = "" }: FigureQuery,
    parts: Pick<TierQuery, "group" | "columns" | "coarsest">,
  ): string {
    return rowsOf({
      table: this.#table,
      from: bucketAfter(Math.max(from - bucketMs, this.oldest - 1)),
      to: bucketAfter(to),
      where: [
        ...(service === "" ? [] : ["service = {service:String}"]),
        ...(type === "" ? [] : ["type = {type:String}"]),
        ...(names.length === 0 ? [] : [`name IN (${names.map(quoted).join(", ")})`]),
      ],
      ...parts,
    });
  }

  async #select<Row>(
    { service, type }: FigureQuery,
    rows: string,
    group: readonly string[],
    columns: readonly string[],
  ): Promise<Row[]> {
    if (rows === "") return [];
    const statement = `SELECT ${[...group, ...columns].join(", ")} FROM (${rows}) GROUP BY ALL`;
    return this.#engine.select(statement, { service: service ?? "", type: type ?? "" });
  }
}

/** The start of the first bucket that begins after a time. */
function bucketAfter(time: number): number {
  return (Math.floor(time / bucketMs) + 1) * bucketMs;
}

/** What primitives are ranked by, and what says whether estimates count. */
const ranking = figures.filter(({ column }) =>
  ["wait_count", "wait_sum", "counted", "blame"].includes(column),
);

function answer({ column, sum }: Summed): string {
  return `${sum} AS ${column}`;
}

const sums: ReadonlyMap<string, string> = new Map(figures.map(({ column, sum }) => [column, sum]));

// A histogram's figures are one value, so that an answer's rows have few names.
const answers = [
  ...histograms.map((name) => {
    const parts = ["count", "sum", "min", "max", "zeros"].map((figure) => sums.get(`${name}_${figure}`));
    return `(${parts.join(", ")}) AS ${name}`;
  }),
  ...figures.filter(({ column }) => !histograms.some((name) => column.startsWith(`${name}_`))).map(answer),
];

// Most buckets are empty and stay where they are.
function sketch(name: HistogramName): string {
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

function rankTotals({ wait_count, wait_sum, counted, blame, ...row }: RankRow): SeriesTotals {
  const totals = new Totals();
  const waited = histogram([wait_count, wait_sum, 0, 0, 0], undefined, 1);
  totals.add({ kind: "wait", histogram: waited, contended: 0 });
  totals.add({ kind: "operations", operations: counted, contended: 0 });
  totals.add({ kind: "blame", seconds: blame });
  return { series: seriesOf(row), totals };
}

function seriesTotals(row: FigureRow): SeriesTotals {
  return { series: seriesOf(row), totals: totalsOf(row) };
}

function seriesOf(row: KeyRow): Series {
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
