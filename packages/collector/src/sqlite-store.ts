/**
 * A store in one file, for one collector. A batch is safe once it is in the journal; every second what came is
 * folded together and merged into the file by a thread of its own, with the number of the last batch in it: after
 * a crash the journal tells what is missing.
 */

import type {
  KeptFinding,
  KeptHold,
  KeptWait,
  Page,
  PrimitiveHistory,
  ServiceSummary,
} from "@holdup/protocol";
import { decodeBatch, encodeBatch } from "./batch-codec.ts";
import { cellBytes, Folded } from "./folded.ts";
import { Journal, type Recovered } from "./journal.ts";
import { OverloadError } from "./pending.ts";
import { Readings, type Reading } from "./readings.ts";
import type { Rollup } from "./rollup.ts";
import { SeriesBook } from "./series-book.ts";
import type { Merge } from "./sqlite-history.ts";
import { SqliteThread } from "./sqlite-thread.ts";
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
import { Tokens } from "./tokens.ts";

export interface SqliteStoreOptions {
  /** The file; its journal is the folder beside it. Both are made if they are not there. */
  readonly path: string;
  /** For how long history is kept, in milliseconds. Fine grains are kept for less. @default 1_209_600_000 */
  readonly retentionMs?: number | undefined;
  /** About how large the file may become; beyond it everything is kept for less long. @default 2 ** 31 */
  readonly maxBytes?: number | undefined;
  /** How many series of an hour are told apart; what comes beyond is folded together. @default 10_000 */
  readonly maxSeries?: number | undefined;
  /** How many pairs of a waiting and a holding site a primitive has; in the rest nobody knows who waited. @default 250 */
  readonly maxPairs?: number | undefined;
  /** How often what came is merged into the file, in milliseconds. @default 1_000 */
  readonly mergeMs?: number | undefined;
  /**
   * How much may be kept in the journal, and folded in memory, that could not be merged into the file yet, in bytes;
   * beyond it a batch is refused until there is room. @default 134_217_728
   */
  readonly maxUnmergedBytes?: number | undefined;
  /** How large a segment of the journal becomes, in bytes. @default 16_777_216 */
  readonly segmentBytes?: number | undefined;
  /** Told of what goes wrong when nobody waits for it. @default console.error */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Unix ms of now. @default Date.now */
  readonly now?: (() => number) | undefined;
}

/**
 * History in one SQLite file, for one collector: two weeks, in grains from ten seconds to an hour. What `add` has resolved
 * survives a crash.
 *
 * @example
 * ```ts
 * const store = await SqliteStore.open({ path: "holdup.db" });
 * await using collector = await startCollector({ store });
 * ```
 */
export class SqliteStore implements Store {
  readonly kind = "sqlite";
  readonly durable = true;
  /** The file that it keeps everything in. */
  readonly path: string;
  readonly retentionMs: number;
  /** What the journal held when the store was opened. */
  readonly recovered: Recovered;
  readonly #thread: SqliteThread;
  readonly #journal: Journal;
  readonly #book: SeriesBook;
  readonly #folded: Folded;
  readonly #readings = new Readings();
  readonly #tokens = new Tokens();
  readonly #arriving = new Map<string, Promise<void>>();
  readonly #timer: NodeJS.Timeout;
  readonly #now: () => number;
  readonly #onError: (error: unknown) => void;
  readonly #maxUnmergedBytes: number;
  // On its way to the journal, as much as it may become.
  #arrivingBytes = 0;
  // One that failed; it has to be in the file before any other.
  #unmerged: Merge | undefined;
  #unmergedBytes = 0;
  // Why the last merge failed; until the timer tries again, nobody waits for another one.
  #failure: Error | undefined;
  #merging: Promise<void> = Promise.resolve();
  #closing: Promise<void> | undefined;

  /** Opens the file, makes it if it isn't there. Rejects with a StoreError if it can't. */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { path, retentionMs = 14 * 86_400_000, maxBytes = 2 ** 31 } = options;
    const thread = new SqliteThread({ path, retentionMs, maxBytes });
    try {
      const found = await thread.ask("found");
      const journal = await Journal.open(`${path}.journal`, options);
      const store = new SqliteStore(thread, journal, { ...options, retentionMs });
      store.#readings.set(found.readings);
      await store.#replay(found.sequence);
      return store;
    } catch (error) {
      await thread.ask("close").catch(() => {});
      throw error;
    }
  }

  private constructor(
    thread: SqliteThread,
    journal: Journal,
    options: SqliteStoreOptions & { readonly retentionMs: number },
  ) {
    this.path = options.path;
    this.retentionMs = options.retentionMs;
    this.recovered = journal.recovered;
    this.#thread = thread;
    this.#journal = journal;
    this.#now = options.now ?? Date.now;
    this.#onError = options.onError ?? ((error: unknown) => console.error(error));
    this.#book = new SeriesBook({
      maxSeries: options.maxSeries ?? 10_000,
      maxPairs: options.maxPairs ?? 250,
    });
    this.#folded = new Folded(this.#book);
    this.#maxUnmergedBytes = options.maxUnmergedBytes ?? 2 ** 27;
    this.#timer = setInterval(() => void this.#tryAgain(), options.mergeMs ?? 1_000);
    this.#timer.unref();
  }

  async add(batch: Batch): Promise<boolean> {
    if (this.#closing !== undefined) throw new StoreError("The store is closed.");
    if (isEmpty(batch)) return true;
    const { token } = batch;
    if (this.#tokens.has(token, this.#now())) return false;
    const arriving = this.#arriving.get(token);
    if (arriving !== undefined) return arriving.then(() => false);
    const kept = this.#keep(batch);
    this.#arriving.set(token, kept);
    try {
      await kept;
      return true;
    } finally {
      this.#arriving.delete(token);
    }
  }

  crowded(rollups: readonly Rollup[]): number {
    return this.#book.crowded(rollups);
  }

  async readings(keys: readonly string[]): Promise<ReadonlyMap<string, Reading>> {
    return this.#readings.of(keys);
  }

  async services(): Promise<readonly ServiceSummary[]> {
    await this.#merge();
    return this.#thread.ask("services");
  }

  async hotSpots(query: HotSpotQuery): Promise<HotSpotPage> {
    await this.#merge();
    return this.#thread.ask("hotSpots", query);
  }

  async primitive(query: PrimitiveQuery): Promise<PrimitiveHistory | undefined> {
    await this.#merge();
    return this.#thread.ask("primitive", query);
  }

  async holds(query: WaitQuery): Promise<Page<KeptHold>> {
    await this.#merge();
    return this.#thread.ask("holds", query);
  }

  async waits(query: WaitQuery): Promise<Page<KeptWait>> {
    await this.#merge();
    return this.#thread.ask("waits", query);
  }

  async findings(query: FindingQuery): Promise<Page<KeptFinding>> {
    await this.#merge();
    return this.#thread.ask("findings", query);
  }

  async dropped(): Promise<Readonly<Record<string, number>>> {
    return {
      ...(await this.#thread.ask("dropped")),
      series: this.#book.folded,
      "waiting sites": this.#book.unpaired,
      "cumulative streams": this.#readings.forgotten,
      "bytes of a damaged journal": this.recovered.lostBytes,
    };
  }

  /** What it says of a merge is over as soon as one succeeds, of the journal as soon as something is written. */
  async health(): Promise<StoreHealth> {
    return {
      trouble: this.#trouble(),
      occupancy: {
        "unmerged bytes": { used: this.#heldBytes, max: this.#maxUnmergedBytes },
        ...(await this.#thread.ask("occupancy")),
      },
    };
  }

  /** Merges what came last and closes the file. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#journal.close();
    await this.#tryAgain();
    await this.#thread.ask("close");
  }

  // The same batches in the same order as before; what the file has of them changes nothing.
  async #replay(merged: number): Promise<void> {
    this.#journal.begin(merged);
    for await (const { sequence, token, time, content } of this.#journal.read()) {
      const isNew = !this.#tokens.has(token, time);
      this.#tokens.add(token, time);
      if (sequence <= merged || !isNew) continue;
      const batch = decodeBatch(content);
      this.#readings.set(batch.readings);
      this.#folded.add(sequence, batch, content.length, time);
    }
  }

  get #heldBytes(): number {
    return this.#arrivingBytes + this.#folded.bytes + this.#unmergedBytes;
  }

  async #keep(batch: Batch): Promise<void> {
    const content = encodeBatch(batch);
    const worstBytes = content.length + batch.rollups.length * cellBytes;
    this.#admit(worstBytes);
    this.#arrivingBytes += worstBytes;
    const record = { token: batch.token, time: this.#now(), content };
    try {
      await this.#journal.append(record, (sequence) => {
        this.#tokens.add(batch.token, this.#now());
        this.#readings.set(batch.readings);
        this.#folded.add(sequence, batch, content.length, this.#now());
      });
    } finally {
      this.#arrivingBytes -= worstBytes;
    }
  }

  // One that is larger than all that may wait is taken when nothing does, or it never would be.
  #admit(sizeBytes: number): void {
    const held = this.#heldBytes;
    if (held === 0 || held + sizeBytes <= this.#maxUnmergedBytes) return;
    void this.#merge();
    throw new OverloadError("The store has too much that is not merged yet; try again.");
  }

  #trouble(): string | null {
    if (this.#failure !== undefined) {
      return `What comes stays in the store's journal, as it can't be merged: ${this.#failure.message}.`;
    }
    const { failure } = this.#journal;
    return failure === undefined ? null : `The journal can't be written: ${failure.message}.`;
  }

  /** Resolves when everything that came before is in the file, or could not be brought there. */
  #merge(): Promise<void> {
    if (this.#folded.isEmpty && this.#unmerged === undefined) return this.#merging;
    return (this.#merging = this.#merging.then(() =>
      this.#failure === undefined ? this.#mergeNow() : undefined,
    ));
  }

  // What failed is tried again by and by, and before the end; nobody waits for it.
  #tryAgain(): Promise<void> {
    if (this.#failure === undefined) return this.#merge();
    return (this.#merging = this.#merging.then(() => this.#mergeNow()));
  }

  async #mergeNow(): Promise<void> {
    try {
      if (this.#unmerged !== undefined) await this.#bring(this.#unmerged);
      if (!this.#folded.isEmpty) await this.#bring(this.#take());
      this.#failure = undefined;
    } catch (error) {
      // Told once, however often it is tried again.
      if ((error as Error).message !== this.#failure?.message) this.#onError(error);
      this.#failure = error as Error;
    }
  }

  #take(): Merge {
    this.#unmergedBytes = this.#folded.bytes;
    return (this.#unmerged = this.#folded.take(this.#now()));
  }

  async #bring(merge: Merge): Promise<void> {
    await this.#thread.ask("merge", merge);
    this.#unmerged = undefined;
    this.#unmergedBytes = 0;
    if (!this.#journal.isSpent(merge.sequence, this.#now())) return;
    await this.#thread.ask("checkpoint");
    await this.#journal.forget(merge.sequence, this.#now());
  }
}
