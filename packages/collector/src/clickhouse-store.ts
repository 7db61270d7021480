/**
 * A store for several collectors, none of which keeps anything itself. A batch is one insert into one table: all of
 * it is there or nothing, and it is acknowledged when it is committed.
 */

import type {
  KeptFinding,
  KeptHold,
  KeptWait,
  Page,
  PrimitiveHistory,
  ServiceSummary,
} from "@holdup/protocol";
import { ActiveSeries } from "./active-series.ts";
import { ArrivalNumbers } from "./arrival-numbers.ts";
import { ClickHouseEngine, startError } from "./clickhouse-engine.ts";
import { ClickHouseFigures } from "./clickhouse-figures.ts";
import { migrate } from "./clickhouse-migrate.ts";
import { withPercentiles } from "./clickhouse-percentiles.ts";
import { primitivePage } from "./clickhouse-primitives.ts";
import { ClickHouseRecords } from "./clickhouse-records.ts";
import { figureRows, findingRow, readingRow, spanRow, type Row } from "./clickhouse-rows.ts";
import { bucketMs } from "./clickhouse-schema.ts";
import { byPrimitive, hotSpots, mostBlamedOf, pageOf } from "./hot-spots.ts";
import { outcomes, primitiveHistory } from "./primitive-history.ts";
import type { Reading } from "./readings.ts";
import type { Rollup } from "./rollup.ts";
import { StoreError } from "./store-error.ts";
import {
  isEmpty,
  type Batch,
  type FindingQuery,
  type HotSpotPage,
  type HotSpotQuery,
  type PrimitiveQuery,
  type Store,
  type StoreHealth,
  type WaitQuery,
} from "./store.ts";
import { tierSteps } from "./tiers.ts";
import { tokenLifeMs } from "./tokens.ts";

export interface ClickHouseStoreOptions {
  /** For how long history is kept, in milliseconds. @default 1_209_600_000 */
  readonly retentionMs?: number | undefined;
  /** How many series of an hour this collector tells apart; what comes beyond is folded together. @default 100_000 */
  readonly maxSeries?: number | undefined;
  /** How many pairs of a waiting and a holding site a primitive has; in the rest nobody knows who waited. @default 250 */
  readonly maxPairs?: number | undefined;
  /** How long a statement may take, in milliseconds. @default 8_000 */
  readonly timeoutMs?: number | undefined;
  /** Unix ms of now. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** Points of a primitive's history are as far apart as makes no more than so many of them. */
const maxPoints = 1_000;

/**
 * History in ClickHouse, for several collectors beside each other, none of which keeps anything of its own. What `add` has
 * resolved is in the database. `docs/scaling.md` says how many collectors and how large a database it takes.
 *
 * @example
 * ```ts
 * const store = await ClickHouseStore.open("http://holdup:secret@clickhouse:8123/holdup");
 * await using collector = await startCollector({ store, redis: "redis://redis:6379" });
 * ```
 */
export class ClickHouseStore implements Store {
  readonly kind = "clickhouse";
  readonly durable = true;
  readonly retentionMs: number;
  readonly #engine: ClickHouseEngine;
  readonly #table: string;
  readonly #now: () => number;
  readonly #figures: ClickHouseFigures;
  readonly #records: ClickHouseRecords;
  readonly #numbers: ArrivalNumbers;
  readonly #series: ActiveSeries;
  // Batches that are on their way, by their token.
  readonly #arriving = new Map<string, Promise<boolean>>();

  /**
   * Reaches the ClickHouse at `http://user:pass@host:8123/db` and makes its tables, unless they are there. Rejects
   * with a StoreError if it can't.
   */
  static async open(url: string, options: ClickHouseStoreOptions = {}): Promise<ClickHouseStore> {
    const { engine, database } = ClickHouseEngine.at(url, options.timeoutMs);
    try {
      return await ClickHouseStore.on(engine, database, options);
    } catch (error) {
      await engine.close();
      throw error instanceof StoreError ? error : startError(error, url);
    }
  }

  /** The same on an engine that is reached already; closed with the store. */
  static async on(
    engine: ClickHouseEngine,
    database: string,
    options: ClickHouseStoreOptions = {},
  ): Promise<ClickHouseStore> {
    const store = new ClickHouseStore(engine, database, options);
    await migrate(engine, database, store.retentionMs);
    return store;
  }

  private constructor(engine: ClickHouseEngine, database: string, options: ClickHouseStoreOptions) {
    this.retentionMs = options.retentionMs ?? 14 * 86_400_000;
    this.#engine = engine;
    this.#table = `${database}.holdup_records`;
    this.#now = options.now ?? Date.now;
    this.#figures = new ClickHouseFigures(engine, this.#table, this.retentionMs, this.#now);
    this.#records = new ClickHouseRecords(engine, this.#table);
    this.#numbers = new ArrivalNumbers(this.#now);
    this.#series = new ActiveSeries({
      maxSeries: options.maxSeries ?? 100_000,
      maxPairs: options.maxPairs ?? 250,
    });
  }

  async add(batch: Batch): Promise<boolean> {
    if (isEmpty(batch)) return true;
    for (;;) {
      const arriving = this.#arriving.get(batch.token);
      if (arriving === undefined) break;
      const kept = await arriving.then(
        () => true,
        () => false,
      );
      if (kept) return false;
    }
    const added = this.#add(batch).finally(() => this.#arriving.delete(batch.token));
    this.#arriving.set(batch.token, added);
    return added;
  }

  crowded(rollups: readonly Rollup[]): number {
    return this.#series.crowded(rollups);
  }

  async readings(keys: readonly string[]): Promise<ReadonlyMap<string, Reading>> {
    return this.#records.readings(keys);
  }

  async services(): Promise<readonly ServiceSummary[]> {
    // In the words of the table's projection, so that nothing else is read.
    const rows = await this.#engine.select<{ service: string; first: number; last: number }>(
      `SELECT service, type, name, min(time) AS first, max(time) AS last FROM ${this.#table}
       WHERE kind = 'figures' GROUP BY kind, service, type, name`,
    );
    const { oldest } = this.#figures;
    const kept = Map.groupBy(
      rows.filter(({ last }) => last >= oldest),
      ({ service }) => service,
    );
    return [...kept]
      .map(([name, primitives]) => ({
        name,
        primitives: primitives.length,
        firstSeenAt: Math.max(oldest, Math.min(...primitives.map(({ first }) => first))),
        lastSeenAt: Math.max(...primitives.map(({ last }) => last)),
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  async hotSpots({ by, limit, cursor, ...query }: HotSpotQuery): Promise<HotSpotPage> {
    if (by === "primitive") return primitivePage(query, limit, cursor, this.#figures);
    const page = pageOf(hotSpots(await this.#figures.sums(query), by), limit, cursor);
    return { ...page, items: await withPercentiles(page.items, by, query, this.#figures) };
  }

  async primitive({ service, name, type, ...span }: PrimitiveQuery): Promise<PrimitiveHistory | undefined> {
    const asked = { ...span, service, names: [name], type };
    const totals = await this.#figures.totals(asked);
    const found = mostBlamedOf(byPrimitive(totals));
    if (found === undefined) return undefined;
    const stepMs = stepOf(span.to - Math.max(span.from, this.#figures.oldest));
    return primitiveHistory(found, {
      series: await this.#figures.points({ ...asked, type: found.type }, stepMs),
      stepSeconds: stepMs / 1_000,
      outcomes: outcomes(totals.filter(({ series }) => series.type === found.type)),
    });
  }

  async waits(query: WaitQuery): Promise<Page<KeptWait>> {
    return this.#records.waits(query);
  }

  async holds(query: WaitQuery): Promise<Page<KeptHold>> {
    return this.#records.holds(query);
  }

  async findings(query: FindingQuery): Promise<Page<KeptFinding>> {
    return this.#records.findings(query);
  }

  /** Of this collector; rejects while the engine does not answer. */
  async dropped(): Promise<Readonly<Record<string, number>>> {
    await this.#engine.select("SELECT 1");
    return this.#series.dropped;
  }

  /** All that came is in the engine, which bounds it by time. */
  async health(): Promise<StoreHealth> {
    return { trouble: null, occupancy: {} };
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#arriving.values());
    await this.#engine.close();
  }

  // A token that comes again after its ten minutes is another; two collectors that add it at once agree on which.
  async #add(batch: Batch): Promise<boolean> {
    const now = this.#now();
    const last = await this.#lastArrival(batch.token);
    if (last > now - tokenLifeMs - 1) return false;
    await this.#engine.insert(this.#table, `${batch.token} after ${last}`, this.#rows(batch, now));
    return true;
  }

  async #lastArrival(token: string): Promise<number> {
    const [row] = await this.#engine.select<{ last: number }>(
      `SELECT max(time) AS last FROM ${this.#table} WHERE kind = 'batch' AND stream = {token:String}`,
      { token },
    );
    return row?.last ?? 0;
  }

  #rows({ token, rollups, waits, holds = [], findings, readings }: Batch, now: number): Row[] {
    const rows: Row[] = [
      { kind: "batch", stream: token, time: now },
      ...figureRows(this.#series.admit(rollups, now)),
      ...Array.from(waits, (wait) => spanRow("wait", wait, this.#numbers.next())),
      ...Array.from(holds, (hold) => spanRow("hold", hold, this.#numbers.next())),
      ...findings.map((finding) => findingRow(finding, this.#numbers.next())),
      ...[...readings].map(([key, reading]) => readingRow(key, reading)),
    ];
    return rows.map((row) => ({ ...row, received: now }));
  }
}

function stepOf(durationMs: number): number {
  return tierSteps.find((step) => durationMs <= maxPoints * step) ?? tierSteps.at(-1) ?? bucketMs;
}
