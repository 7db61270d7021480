/** Batches folded together until they are merged into the tables: the same series of the same ten seconds is one. */

import type { KeptFinding } from "@holdup/protocol";
import { encodeChunk, type Sums } from "./chunk.ts";
import type { Reading } from "./readings.ts";
import type { Rollup, Series } from "./rollup.ts";
import type { SeriesBook } from "./series-book.ts";
import type { Merge } from "./sqlite-history.ts";
import type { BatchContent } from "./batch-codec.ts";
import { bucketStart } from "./tiers.ts";
import { Totals } from "./totals.ts";
import { holdCodec } from "./hold-codec.ts";
import { SpanBlocks } from "./span-blocks.ts";
import { waitCodec } from "./wait-codec.ts";

/** For how long a series counts against the bound after it was last heard of, in milliseconds. */
const activeMs = 3_600_000;
/** By so much time it is noted which were heard of. */
const slotMs = 600_000;
/** What the figures of one series in ten seconds take, about: 800 bytes without a histogram, 1,900 with one. */
export const cellBytes = 2_000;

export class Folded {
  readonly #book: SeriesBook;
  // The number of each series that the book knows, by its key.
  readonly #numbers = new Map<string, number>();
  // The keys that were heard of in a stretch of time, by its start, oldest first.
  readonly #active = new Map<number, Set<string>>();
  #lastNumber = 0;
  #sequence = 0;
  #contentBytes = 0;
  #cells = 0;
  #series: [number: number, series: Series][] = [];
  #released: number[] = [];
  #buckets = new Map<number, Sums>();
  readonly #waits = new SpanBlocks(waitCodec);
  readonly #holds = new SpanBlocks(holdCodec);
  #findings: KeptFinding[] = [];
  #readings = new Map<string, Reading>();

  constructor(book: SeriesBook) {
    this.#book = book;
  }

  get isEmpty(): boolean {
    return this.#sequence === 0;
  }

  /** How much it takes, about: its batches in the journal, and what they became in memory. */
  get bytes(): number {
    return this.#contentBytes + this.#cells * cellBytes;
  }

  /** Takes in the batch with that number, which is one more than that of the batch before, and its size encoded. */
  add(sequence: number, batch: BatchContent, sizeBytes: number, now: number): void {
    const { rollups, waits, holds = [], findings, readings } = batch;
    this.#sequence = sequence;
    this.#contentBytes += sizeBytes;
    this.#releaseOld(now);
    for (const rollup of rollups) this.#add(rollup, now);
    this.#waits.add(waits);
    this.#holds.add(holds);
    this.#findings.push(...findings);
    for (const [key, reading] of readings) this.#readings.set(key, reading);
  }

  /** Everything since the last time. */
  take(now: number): Merge {
    const merge = {
      now,
      sequence: this.#sequence,
      series: this.#series,
      released: this.#released,
      chunks: [...this.#buckets].map(([start, sums]) => ({ start, data: encodeChunk(sums) })),
      waits: this.#waits.take(),
      holds: this.#holds.take(),
      findings: this.#findings,
      readings: this.#readings,
    };
    this.#sequence = 0;
    this.#contentBytes = 0;
    this.#cells = 0;
    this.#series = [];
    this.#released = [];
    this.#buckets = new Map();
    this.#findings = [];
    this.#readings = new Map();
    return merge;
  }

  #add({ series, time, measure }: Rollup, now: number): void {
    const [key, kept] = this.#book.admit(series, time);
    const number = this.#number(key, kept);
    this.#note(key, now);
    const start = bucketStart(0, time);
    let sums = this.#buckets.get(start);
    if (sums === undefined) this.#buckets.set(start, (sums = new Map()));
    let totals = sums.get(number);
    if (totals === undefined) {
      sums.set(number, (totals = new Totals()));
      this.#cells++;
    }
    const before = totals.weight;
    totals.add(measure);
    this.#cells += totals.weight - before;
  }

  #number(key: string, series: Series): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = ++this.#lastNumber;
    this.#numbers.set(key, number);
    this.#series.push([number, series]);
    return number;
  }

  #note(key: string, now: number): void {
    const slot = Math.floor(now / slotMs) * slotMs;
    let keys = this.#active.get(slot);
    if (keys === undefined) this.#active.set(slot, (keys = new Set()));
    if (keys.has(key)) return;
    keys.add(key);
    this.#book.use(key);
  }

  #releaseOld(now: number): void {
    for (const [slot, keys] of this.#active) {
      if (slot + slotMs + activeMs > now) return;
      this.#active.delete(slot);
      for (const key of keys) this.#release(key);
    }
  }

  #release(key: string): void {
    this.#book.release(key);
    const number = this.#numbers.get(key);
    if (number === undefined || this.#book.has(key)) return;
    this.#numbers.delete(key);
    this.#released.push(number);
  }
}
