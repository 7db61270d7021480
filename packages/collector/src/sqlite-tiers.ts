/**
 * The tiers of a SQLite store. What arrives goes to the finest tier that still keeps its time; coarser buckets are
 * made of finer ones when their time is over, and again after something came late. Until then they are stale and
 * the finer ones are read. A tier forgets only what the next one has.
 */

import type { DatabaseSync, StatementSync } from "node:sqlite";
import { addChunk, encodeChunk, type Sums } from "./chunk.ts";
import type { TimeSpan } from "./store.ts";
import { bucketStart, coarsestTier, cover, stepOf, tierLife, tierSteps, type Stretch } from "./tiers.ts";

/** How long after its end a bucket is added up: most of what comes late is there by then. */
const graceMs = 15_000;
/** So many buckets of a tier are added up at once, so that nothing else waits for long. */
const maxAtOnce = 100;
/** By how much less is kept for each second in which the file is too large. */
const squeeze = 0.9;

export interface TierOptions {
  readonly retentionMs: number;
  readonly maxBytes: number;
}

interface Chunk {
  readonly start: number;
  readonly data: Uint8Array;
}

export class SqliteTiers {
  readonly #database: DatabaseSync;
  readonly #options: TierOptions;
  readonly #insert: StatementSync;
  readonly #select: StatementSync;
  readonly #remove: StatementSync;
  readonly #markStale: StatementSync;
  readonly #unmarkStale: StatementSync;
  readonly #setMeta: StatementSync;
  // By tier: the starts of buckets that finer ones know better.
  #stale: Set<number>[] = [];
  // By tier: everything before is forgotten.
  #forgotten: number[] = [];
  // The share of its life that each tier is kept for; less than 1 while the file is too large.
  #share = 1;
  /** How many buckets came too late to be kept. */
  tooLate = 0;

  constructor(database: DatabaseSync, options: TierOptions) {
    this.#database = database;
    this.#options = options;
    this.#insert = database.prepare("INSERT INTO chunk (tier, start, data) VALUES (?, ?, ?)");
    this.#select = database.prepare(
      "SELECT start, data FROM chunk WHERE tier = ? AND start >= ? AND start < ? ORDER BY start, id",
    );
    this.#remove = database.prepare("DELETE FROM chunk WHERE tier = ? AND start >= ? AND start < ?");
    this.#markStale = database.prepare("INSERT OR IGNORE INTO stale (tier, start) VALUES (?, ?)");
    this.#unmarkStale = database.prepare("DELETE FROM stale WHERE tier = ? AND start = ?");
    this.#setMeta = database.prepare("INSERT OR REPLACE INTO meta (key, value) VALUES ('forgotten', ?)");
    this.load();
  }

  /** Reads anew what is remembered of the tables. */
  load(): void {
    this.#stale = tierSteps.map(() => new Set());
    const rows = this.#database.prepare("SELECT tier, start FROM stale").all();
    for (const { tier, start } of rows as unknown as { tier: number; start: number }[]) {
      this.#stale[tier]?.add(start);
    }
    const meta = this.#database.prepare("SELECT value FROM meta WHERE key = 'forgotten'").get() as
      | { value: string }
      | undefined;
    this.#forgotten = meta === undefined ? tierSteps.map(() => 0) : (JSON.parse(meta.value) as number[]);
  }

  /** Keeps what was measured in a bucket of the finest tier. */
  add(start: number, chunk: Uint8Array): void {
    const tier = tierSteps.findIndex((_, i) => bucketStart(i, start) >= this.#forgottenBefore(i));
    if (tier < 0) {
      this.tooLate++;
      return;
    }
    this.#insert.run(tier, bucketStart(tier, start), chunk);
    for (let coarser = tier + 1; coarser <= coarsestTier; coarser++)
      this.#mark(coarser, bucketStart(coarser, start));
  }

  /** The finest tier that has everything since a time. */
  grain(from: number): number {
    const tier = tierSteps.findIndex((_, i) => bucketStart(i, from) >= this.#forgottenBefore(i));
    return tier < 0 ? coarsestTier : tier;
  }

  /**
   * The buckets of a grain that a time touches, by their start, each as one or several chunks.
   *
   * @param coarsest buckets up to this tier may be given together, under the start of the first
   */
  *read({ from, to }: TimeSpan, grain: number, coarsest: number): Generator<Chunk> {
    const first = Math.max(bucketStart(grain, from), bucketStart(grain, this.#earliest()));
    const end = bucketStart(grain, to) + stepOf(grain);
    const isComplete = (tier: number, start: number): boolean => this.#stale[tier]?.has(start) !== true;
    for (const stretch of cover(first, end, coarsest, isComplete)) yield* this.#chunks(stretch);
  }

  /** Adds up what is over and forgets what is too old. */
  maintain(now: number): void {
    for (let tier = 1; tier <= coarsestTier; tier++) this.#addUpAll(tier, now);
    this.#watchSize();
    for (let tier = 0; tier <= coarsestTier; tier++) this.#forget(tier, now);
  }

  *#chunks({ tier, from, to }: Stretch): Generator<Chunk> {
    yield* this.#select.iterate(tier, from, to) as unknown as Iterable<Chunk>;
  }

  #addUpAll(tier: number, now: number): void {
    const due = [...(this.#stale[tier] ?? [])]
      .filter((start) => start + stepOf(tier) + graceMs <= now && !this.#hasStale(tier - 1, start, tier))
      .toSorted((a, b) => a - b)
      .slice(0, maxAtOnce);
    for (const start of due) this.#addUp(tier, start);
  }

  #hasStale(tier: number, from: number, coarser: number): boolean {
    const stale = this.#stale[tier];
    if (tier === 0 || stale === undefined) return false;
    for (let start = from; start < from + stepOf(coarser); start += stepOf(tier))
      if (stale.has(start)) return true;
    return false;
  }

  #addUp(tier: number, start: number): void {
    const end = start + stepOf(tier);
    const finer = [...this.#chunks({ tier: tier - 1, from: start, to: end })];
    if (tier === 1) this.#compact(finer);
    this.#remove.run(tier, start, end);
    if (finer.length > 0) this.#insert.run(tier, start, sum(finer));
    this.#unmarkStale.run(tier, start);
    this.#stale[tier]?.delete(start);
  }

  // Every second brings another chunk of an open bucket; one is enough when it is over.
  #compact(chunks: readonly Chunk[]): void {
    for (const [start, parts] of Map.groupBy(chunks, (chunk) => chunk.start)) {
      if (parts.length === 1) continue;
      this.#remove.run(0, start, start + 1);
      this.#insert.run(0, start, sum(parts));
    }
  }

  #forget(tier: number, now: number): void {
    const step = stepOf(Math.min(tier + 1, coarsestTier));
    const life = tierLife(tier, this.#options.retentionMs) * this.#share;
    let before = Math.floor((now - life) / step) * step;
    // What is not added up yet is known only here.
    for (const start of this.#stale[tier + 1] ?? []) before = Math.min(before, start);
    if (before <= this.#forgottenBefore(tier)) return;
    this.#forgotten[tier] = before;
    this.#setMeta.run(JSON.stringify(this.#forgotten));
    this.#remove.run(tier, 0, before);
    // What nobody asks for any more need not be added up.
    if (tier < coarsestTier) return;
    for (const start of this.#stale[tier] ?? []) {
      if (start >= before) continue;
      this.#unmarkStale.run(tier, start);
      this.#stale[tier]?.delete(start);
    }
  }

  #watchSize(): void {
    const used = this.usedBytes();
    if (used > this.#options.maxBytes) this.#share *= squeeze;
    else if (used < squeeze * this.#options.maxBytes) this.#share = Math.min(1, this.#share / squeeze);
  }

  /** How much of the file is in use. */
  usedBytes(): number {
    const pragma = (name: string): number =>
      Object.values(this.#database.prepare(`PRAGMA ${name}`).get() ?? { none: 0 })[0] as number;
    return (pragma("page_count") - pragma("freelist_count")) * pragma("page_size");
  }

  #earliest(): number {
    const first = this.#database.prepare("SELECT min(start) AS start FROM chunk WHERE tier = ?");
    const starts = tierSteps.map((_, tier) => (first.get(tier) as { start: number | null }).start);
    return Math.min(...starts.map((start) => start ?? Infinity));
  }

  #forgottenBefore(tier: number): number {
    return this.#forgotten[tier] ?? 0;
  }

  #mark(tier: number, start: number): void {
    const stale = this.#stale[tier];
    if (stale === undefined || stale.has(start)) return;
    stale.add(start);
    this.#markStale.run(tier, start);
  }
}

function sum(chunks: readonly Chunk[]): Buffer {
  const sums: Sums = new Map();
  for (const { data } of chunks) addChunk(sums, data, () => true);
  return encodeChunk(sums);
}
