/** A store without a disk: the last hour in buckets of ten seconds, gone when the process ends. */

import type {
  KeptFinding,
  KeptHold,
  KeptWait,
  Page,
  PrimitiveHistory,
  HistoryPoint,
  ServiceSummary,
} from "@holdup/protocol";
import { FindingBook } from "./finding-book.ts";
import {
  byPrimitive,
  hotSpots,
  mostBlamedOf,
  pageOf,
  type PrimitiveTotals,
  type SeriesTotals,
} from "./hot-spots.ts";
import { historyPoint, outcomes, primitiveHistory } from "./primitive-history.ts";
import {
  addUp,
  minuteMs,
  minuteOf,
  MinuteCache,
  SettledCache,
  type Bucket,
  type Cells,
} from "./minute-cache.ts";
import { Readings, type Reading } from "./readings.ts";
import type { Rollup, Series } from "./rollup.ts";
import { SeriesBook } from "./series-book.ts";
import {
  isEmpty,
  type Batch,
  type FindingQuery,
  type HotSpotPage,
  type HotSpotQuery,
  type PrimitiveQuery,
  type Store,
  type StoreHealth,
  type TimeSpan,
  type WaitQuery,
} from "./store.ts";
import { Tokens } from "./tokens.ts";
import { Totals } from "./totals.ts";
import { SpanRing } from "./span-ring.ts";

export interface MemoryStoreOptions {
  /** For how long rollups are kept, in milliseconds. @default 3_600_000 */
  readonly retentionMs?: number | undefined;
  /** How many series are told apart; what comes beyond is folded together. @default 10_000 */
  readonly maxSeries?: number | undefined;
  /** How many pairs of a waiting and a holding site a primitive has; in the rest nobody knows who waited. @default 250 */
  readonly maxPairs?: number | undefined;
  /** How many series and activities times buckets are kept; the oldest bucket goes first. @default 200_000 */
  readonly maxCells?: number | undefined;
  /** How many kept waits are held, and how many kept holds; the oldest goes first. @default 5_000 */
  readonly maxWaits?: number | undefined;
  /** How many findings are held; the one not heard of for longest goes first. @default 1_000 */
  readonly maxFindings?: number | undefined;
  /** How many cumulative streams are remembered; the one not heard of for longest goes first. @default 50_000 */
  readonly maxStreams?: number | undefined;
  /** Unix ms of now. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/** How much time a bucket covers. */
const bucketMs = 10_000;
/** What comes is nearly always of so many of the newest buckets. */
const openBuckets = 2;

/**
 * What a collector has without another store: the last hour, gone when the process ends, and so `durable: false` in
 * `/api/status`. For demos and tests.
 *
 * @example
 * ```ts
 * await using collector = await startCollector({ store: new MemoryStore({ retentionMs: 600_000 }) });
 * ```
 */
export class MemoryStore implements Store {
  readonly kind = "memory";
  readonly durable = false;
  readonly retentionMs: number;
  readonly #maxCells: number;
  readonly #maxWaits: number;
  readonly #now: () => number;
  readonly #book: SeriesBook;
  readonly #waits: SpanRing<KeptWait>;
  readonly #holds: SpanRing<KeptHold>;
  readonly #findings: FindingBook;
  readonly #readings: Readings;
  readonly #tokens = new Tokens();
  readonly #minutes = new MinuteCache();
  readonly #settled = new SettledCache();
  // By their start, in the order of arrival.
  readonly #buckets = new Map<number, Bucket>();
  #cells = 0;
  #droppedCells = 0;

  constructor(options: MemoryStoreOptions = {}) {
    this.retentionMs = options.retentionMs ?? 3_600_000;
    this.#maxCells = options.maxCells ?? 200_000;
    this.#now = options.now ?? Date.now;
    this.#book = new SeriesBook({
      maxSeries: options.maxSeries ?? 10_000,
      maxPairs: options.maxPairs ?? 250,
    });
    this.#maxWaits = options.maxWaits ?? 5_000;
    this.#waits = new SpanRing(this.#maxWaits);
    this.#holds = new SpanRing(this.#maxWaits);
    this.#findings = new FindingBook(options.maxFindings);
    this.#readings = new Readings(options.maxStreams);
  }

  async add(batch: Batch): Promise<boolean> {
    if (isEmpty(batch)) return true;
    const { token, rollups, waits, holds = [], findings, readings } = batch;
    const now = this.#now();
    if (this.#tokens.has(token, now)) return false;
    this.#tokens.add(token, now);
    for (const rollup of rollups) this.#add(rollup);
    for (const wait of waits) this.#waits.add(wait);
    for (const hold of holds) this.#holds.add(hold);
    this.#findings.add(findings);
    this.#readings.set(readings);
    this.#expire();
    return true;
  }

  crowded(rollups: readonly Rollup[]): number {
    return this.#book.crowded(rollups);
  }

  async readings(keys: readonly string[]): Promise<ReadonlyMap<string, Reading>> {
    return this.#readings.of(keys);
  }

  async services(): Promise<readonly ServiceSummary[]> {
    this.#expire();
    return this.#book.services();
  }

  async hotSpots({ service, by, limit, cursor, ...span }: HotSpotQuery): Promise<HotSpotPage> {
    const merged = this.#merged(span, (series) => service === undefined || series.service === service);
    return pageOf(hotSpots(merged, by), limit, cursor);
  }

  async primitive({ service, name, type, ...span }: PrimitiveQuery): Promise<PrimitiveHistory | undefined> {
    const asked = (series: Series): boolean =>
      series.service === service && series.name === name && (type === undefined || series.type === type);
    const found = mostBlamedOf(byPrimitive(this.#merged(span, asked)));
    if (found === undefined) return undefined;
    const same = (series: Series): boolean => asked(series) && series.type === found.type;
    return primitiveHistory(found, {
      series: this.#points(span, same),
      stepSeconds: bucketMs / 1000,
      outcomes: outcomes(this.#merged(span, same)),
    });
  }

  async waits(query: WaitQuery): Promise<Page<KeptWait>> {
    return this.#waits.find(query);
  }

  async holds(query: WaitQuery): Promise<Page<KeptHold>> {
    return this.#holds.find(query);
  }

  async findings(query: FindingQuery): Promise<Page<KeptFinding>> {
    return this.#findings.find(query);
  }

  async dropped(): Promise<Readonly<Record<string, number>>> {
    return {
      series: this.#book.folded,
      "waiting sites": this.#book.unpaired,
      buckets: this.#droppedCells,
      findings: this.#findings.forgotten,
      "cumulative streams": this.#readings.forgotten,
    };
  }

  async health(): Promise<StoreHealth> {
    return {
      trouble: null,
      occupancy: {
        "kept waits": { used: this.#waits.size, max: this.#maxWaits },
        "kept holds": { used: this.#holds.size, max: this.#maxWaits },
        "series in buckets": { used: this.#cells, max: this.#maxCells },
      },
    };
  }

  async close(): Promise<void> {
    this.#buckets.clear();
  }

  #add({ series, time, measure }: Rollup): void {
    const bucket = this.#bucket(Math.floor(time / bucketMs) * bucketMs);
    const [key, kept] = this.#book.admit(series, time);
    let cell = bucket.cells.get(key);
    if (cell === undefined) {
      cell = { series: kept, totals: new Totals() };
      bucket.cells.set(key, cell);
      this.#book.use(key);
      this.#weigh(bucket, 1);
    }
    const before = cell.totals.weight;
    cell.totals.add(measure);
    this.#weigh(bucket, cell.totals.weight - before);
    bucket.revision++;
  }

  #weigh(bucket: Bucket, gained: number): void {
    bucket.weight += gained;
    this.#cells += gained;
  }

  #bucket(start: number): Bucket {
    const known = this.#buckets.get(start);
    if (known !== undefined) return known;
    const bucket: Bucket = { start, cells: new Map(), revision: 0, weight: 0 };
    this.#buckets.set(start, bucket);
    return bucket;
  }

  #expire(): void {
    const oldest = this.#now() - this.retentionMs - bucketMs;
    for (const bucket of this.#buckets.values()) if (bucket.start < oldest) this.#forget(bucket);
    while (this.#cells > this.#maxCells && this.#buckets.size > 1) {
      const [first] = [...this.#buckets.values()].toSorted(byStart) as [Bucket];
      this.#forget(first);
      this.#droppedCells += first.cells.size;
    }
  }

  #forget(bucket: Bucket): void {
    for (const key of bucket.cells.keys()) this.#book.release(key);
    this.#buckets.delete(bucket.start);
    this.#minutes.forget(bucket);
    this.#settled.clear();
    this.#cells -= bucket.weight;
  }

  // Buckets that the span touches, oldest first.
  #touched({ from, to }: TimeSpan): Bucket[] {
    return [...this.#buckets.values()]
      .filter(({ start }) => start + bucketMs > from && start <= to)
      .toSorted(byStart);
  }

  #merged(span: TimeSpan, wanted: (series: Series) => boolean): Iterable<SeriesTotals> {
    return [...addUp(this.#stretches(span)).values()].filter(({ series }) => wanted(series));
  }

  // The live view asks for the same quarter of an hour four times a second: all but its end is one sum.
  *#stretches(span: TimeSpan): Generator<Cells> {
    const settled = this.#touched(span);
    const open = settled.splice(-openBuckets);
    const end = Math.min(span.to, this.#now(), open[0]?.start ?? Infinity);
    yield this.#settled.sum(settled, () => addUp(this.#minutesOf(settled, { from: span.from, to: end })));
    for (const { cells } of open) yield cells;
  }

  // Whole minutes that are over come from the cache, the edges bucket by bucket.
  *#minutesOf(all: readonly Bucket[], { from, to }: TimeSpan): Generator<Cells> {
    for (const [minute, buckets] of Map.groupBy(all, minuteOf)) {
      const whole = minute >= from && minute + minuteMs <= to;
      if (whole) yield this.#minutes.sum(minute, buckets);
      else for (const { cells } of buckets) yield cells;
    }
  }

  #points(span: TimeSpan, wanted: (series: Series) => boolean): HistoryPoint[] {
    return this.#touched(span).flatMap(({ start, cells: all }) => {
      const cells = [...all.values()].filter(({ series }) => wanted(series));
      const [whole] = byPrimitive(cells) as [PrimitiveTotals?];
      return whole === undefined ? [] : [historyPoint(start + bucketMs, whole.whole)];
    });
  }
}

function byStart(a: Bucket, b: Bucket): number {
  return a.start - b.start;
}
