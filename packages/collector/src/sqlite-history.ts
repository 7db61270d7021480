/** A SQLite store's tables behind one object: what its worker does when it is asked. */

import type { DatabaseSync } from "node:sqlite";
import {
  hotSpotKey,
  type KeptFinding,
  type KeptHold,
  type KeptWait,
  type Occupancy,
  type Page,
  type PrimitiveHistory,
  type ServiceSummary,
} from "@holdup/protocol";
import { addChunk, renumber, type Sums } from "./chunk.ts";
import { byPrimitive, hotSpots, mostBlamedOf, pageOf, type SeriesTotals } from "./hot-spots.ts";
import type { Detail } from "./measure-codec.ts";
import { historyPoint, outcomes, primitiveHistory } from "./primitive-history.ts";
import type { Reading } from "./readings.ts";
import type { Series } from "./rollup.ts";
import { siteKey } from "./site.ts";
import { SqliteRecords } from "./sqlite-records.ts";
import { SqliteSeries } from "./sqlite-series.ts";
import { SqliteTiers } from "./sqlite-tiers.ts";
import { openDatabase } from "./sqlite.ts";
import type {
  FindingQuery,
  HotSpotPage,
  HotSpotQuery,
  PrimitiveQuery,
  StoredHotSpot,
  TimeSpan,
  WaitQuery,
} from "./store.ts";
import { Totals } from "./totals.ts";
import type { SpanBlock } from "./span-blocks.ts";
import { bucketStart, coarsestTier, stepOf } from "./tiers.ts";

export interface HistoryOptions {
  readonly path: string;
  readonly retentionMs: number;
  readonly maxBytes: number;
}

/** What came since the last merge, folded together. */
export interface Merge {
  /** Unix ms of now. */
  readonly now: number;
  /** The number of the last batch in it, in the order in which batches came. */
  readonly sequence: number;
  /** Series that were not named before, by the number that the chunks give them. */
  readonly series: readonly (readonly [number: number, series: Series])[];
  /** Numbers that may be given to others from now on. */
  readonly released: readonly number[];
  /** What was measured, by buckets of the finest tier. */
  readonly chunks: readonly { readonly start: number; readonly data: Uint8Array }[];
  readonly waits: readonly SpanBlock[];
  readonly holds: readonly SpanBlock[];
  readonly findings: readonly KeptFinding[];
  readonly readings: ReadonlyMap<string, Reading>;
}

/** What a store finds when it is opened. */
export interface Found {
  /** The number of the last batch that is in the tables. */
  readonly sequence: number;
  readonly readings: ReadonlyMap<string, Reading>;
}

export class SqliteHistory {
  readonly #database: DatabaseSync;
  readonly #options: HistoryOptions;
  readonly #series: SqliteSeries;
  readonly #tiers: SqliteTiers;
  readonly #records: SqliteRecords;
  // The numbers of series in the tables, by those that merges give them.
  readonly #numbers = new Map<number, number>();
  // The minute in which records and series were last looked through.
  #expiredAt = 0;

  /** Throws a StoreError. */
  constructor(options: HistoryOptions) {
    this.#options = options;
    this.#database = openDatabase(options.path);
    this.#series = new SqliteSeries(this.#database);
    this.#tiers = new SqliteTiers(this.#database, options);
    this.#records = new SqliteRecords(this.#database);
  }

  found(): Found {
    return { sequence: this.#sequence(), readings: this.#records.readings() };
  }

  /** Takes all of a merge in or, if it throws, nothing. One that was taken in already changes nothing. */
  merge(merge: Merge): void {
    this.#transaction(() => {
      if (merge.sequence > this.#sequence()) this.#take(merge);
      this.#maintain(merge.now);
    });
  }

  /** Everything merged so far survives a loss of power. */
  checkpoint(): void {
    this.#database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }

  services(): ServiceSummary[] {
    return this.#series.services();
  }

  // Most rows are only ranked: percentiles are read for those of the page alone.
  hotSpots({ service, by, limit, cursor, ...span }: HotSpotQuery): HotSpotPage {
    const asked = (series: Series): boolean => service === undefined || series.service === service;
    const ranked = pageOf(hotSpots(this.#named(this.#sums(span, asked, "figures")), by), limit, cursor);
    const shown = new Set(ranked.items.map(hotSpotKey));
    const isShown = (series: Series): boolean =>
      asked(series) && shown.has(hotSpotKey({ service: series.service, primitive: series }));
    const whole = hotSpots(this.#named(this.#sums(span, isShown, "all")), by);
    return { ...ranked, items: withPercentiles(ranked.items, whole) };
  }

  primitive({ service, name, type, ...span }: PrimitiveQuery): PrimitiveHistory | undefined {
    const asked = (series: Series): boolean =>
      series.service === service && series.name === name && (type === undefined || series.type === type);
    const grain = this.#tiers.grain(span.from);
    const buckets = this.#buckets(span, grain, asked);
    const all = this.#named(addedUp(buckets.values()));
    const found = mostBlamedOf(byPrimitive(all));
    if (found === undefined) return undefined;
    const same = ({ series }: SeriesTotals): boolean => series.type === found.type;
    const series = [...buckets].flatMap(([start, sums]) => {
      const [whole] = byPrimitive(this.#named(sums).filter(same));
      return whole === undefined ? [] : [historyPoint(start + stepOf(grain), whole.whole)];
    });
    return primitiveHistory(found, {
      series,
      stepSeconds: stepOf(grain) / 1_000,
      outcomes: outcomes(all.filter(same)),
    });
  }

  waits(query: WaitQuery): Page<KeptWait> {
    return this.#records.waits(query);
  }

  holds(query: WaitQuery): Page<KeptHold> {
    return this.#records.holds(query);
  }

  findings(query: FindingQuery): Page<KeptFinding> {
    return this.#records.findings(query);
  }

  dropped(): Record<string, number> {
    return { buckets: this.#tiers.tooLate };
  }

  occupancy(): Record<string, Occupancy> {
    return {
      "kept waits": this.#records.occupancy("wait"),
      "kept holds": this.#records.occupancy("hold"),
    };
  }

  close(): void {
    this.#transaction(() => this.#series.save());
    this.#database.close();
  }

  #take({ now, sequence, series, released, chunks, waits, holds, findings, readings }: Merge): void {
    for (const [number, named] of series) this.#numbers.set(number, this.#series.numberOf(named));
    for (const { start, data } of chunks) this.#addChunk(start, data);
    this.#series.saveNew();
    for (const number of released) this.#numbers.delete(number);
    this.#records.addSpans("wait", waits);
    this.#records.addSpans("hold", holds);
    this.#records.addFindings(findings);
    this.#records.addReadings(readings, now);
    this.#database
      .prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('sequence', ?)")
      .run(String(sequence));
  }

  #addChunk(start: number, data: Uint8Array): void {
    const chunk = Buffer.from(data);
    renumber(chunk, (number) => {
      const id = this.#numbers.get(number) as number;
      this.#series.see(id, start);
      return id;
    });
    this.#tiers.add(start, chunk);
  }

  #maintain(now: number): void {
    this.#tiers.maintain(now);
    const before = now - this.#options.retentionMs;
    if (bucketStart(1, now) === this.#expiredAt) return;
    this.#expiredAt = bucketStart(1, now);
    this.#records.expire(before);
    this.#series.expire(before - stepOf(coarsestTier));
  }

  #sequence(): number {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = 'sequence'").get();
    return row === undefined ? 0 : Number(row["value"]);
  }

  #sums(span: TimeSpan, wanted: (series: Series) => boolean, detail: Detail): Sums {
    const sums: Sums = new Map();
    const isWanted = this.#filter(wanted);
    const grain = this.#tiers.grain(span.from);
    for (const { data } of this.#tiers.read(span, grain, coarsestTier))
      addChunk(sums, data, isWanted, detail);
    return sums;
  }

  // By the start of the bucket, oldest first.
  #buckets(span: TimeSpan, grain: number, wanted: (series: Series) => boolean): Map<number, Sums> {
    const buckets = new Map<number, Sums>();
    const isWanted = this.#filter(wanted);
    for (const { start, data } of this.#tiers.read(span, grain, grain)) {
      const bucket = bucketStart(grain, start);
      const sums: Sums = buckets.get(bucket) ?? new Map();
      addChunk(sums, data, isWanted);
      if (sums.size > 0) buckets.set(bucket, sums);
    }
    return buckets;
  }

  #filter(wanted: (series: Series) => boolean): (id: number) => boolean {
    const answers = new Map<number, boolean>();
    return (id) => {
      const known = answers.get(id);
      if (known !== undefined) return known;
      const series = this.#series.get(id);
      const answer = series !== undefined && wanted(series);
      answers.set(id, answer);
      return answer;
    };
  }

  #named(sums: Sums): SeriesTotals[] {
    return [...sums].flatMap(([id, totals]) => {
      const series = this.#series.get(id);
      return series === undefined ? [] : [{ series, totals }];
    });
  }

  // SQLite has rolled back already after some failures, and Node 22.15 does not tell.
  #rollBack(): void {
    try {
      this.#database.exec("ROLLBACK");
    } catch {}
  }

  #transaction(work: () => void): void {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      work();
      this.#database.exec("COMMIT");
    } catch (error) {
      this.#rollBack();
      this.#series.forget();
      this.#tiers.load();
      throw error;
    }
  }
}

function addedUp(stretches: Iterable<Sums>): Sums {
  const whole: Sums = new Map();
  for (const sums of stretches) {
    for (const [id, totals] of sums) {
      const known = whole.get(id) ?? new Totals();
      known.merge(totals);
      whole.set(id, known);
    }
  }
  return whole;
}

function withPercentiles(
  rows: readonly StoredHotSpot[],
  whole: readonly StoredHotSpot[],
): readonly StoredHotSpot[] {
  const known = new Map(whole.map((row) => [rowKey(row), row]));
  return rows.map((row) => {
    const { waitP50 = 0, waitP99 = 0, holdP99 = 0 } = known.get(rowKey(row)) ?? {};
    return { ...row, waitP50, waitP99, holdP99 };
  });
}

// A primitive may have many rows, each with its site.
function rowKey(row: StoredHotSpot): string {
  return JSON.stringify([hotSpotKey(row), siteKey(row.waiterSite), siteKey(row.holderSite)]);
}
