/** Something known of each of many spans, by the bytes of their ids: of hundreds of thousands a text each is too much. */

import { idPlace, type SpanColumns } from "./span-columns.ts";

/** Trace id and span id. */
const words = 6;
const fewestSlots = 256;

export class SpanIdTable<Value extends object> {
  // A slot of each: all ids, one after the other, and what is known; null of a span that was deleted.
  #ids: Int32Array;
  #values: (Value | null | undefined)[];
  // Nobody outside can tell what collides.
  readonly #seed: number = Math.floor(Math.random() * 2 ** 32) | 0;
  /** How many spans there are, those that were deleted included. */
  size = 0;

  /** @param expected room is made for so many at once */
  constructor(expected: number = 0) {
    const slots = Math.max(fewestSlots, 2 ** Math.ceil(Math.log2(2 * expected)));
    this.#ids = new Int32Array(slots * words);
    this.#values = emptySlots(slots);
  }

  get({ idWords }: SpanColumns, place: number): Value | undefined {
    return this.#values[this.#slot(idWords, wordOf(place))] ?? undefined;
  }

  set({ idWords }: SpanColumns, place: number, value: Value): void {
    if (2 * this.size >= this.#values.length) this.#grow();
    const slot = this.#slot(idWords, wordOf(place));
    if (this.#values[slot] === undefined) {
      this.size++;
      copyIds(idWords, wordOf(place), this.#ids, slot * words);
    }
    this.#values[slot] = value;
  }

  delete({ idWords }: SpanColumns, place: number): void {
    const slot = this.#slot(idWords, wordOf(place));
    if (this.#values[slot] !== undefined) this.#values[slot] = null;
  }

  // That of the span, or the free one where it would be.
  #slot(ids: Int32Array, at: number): number {
    const last = this.#values.length - 1;
    let slot = hashOf(ids, at, this.#seed) & last;
    while (this.#values[slot] !== undefined && !isSame(ids, at, this.#ids, slot * words))
      slot = (slot + 1) & last;
    return slot;
  }

  #grow(): void {
    const [ids, values] = [this.#ids, this.#values];
    this.#ids = new Int32Array(2 * ids.length);
    this.#values = emptySlots(2 * values.length);
    this.size = 0;
    for (const [slot, value] of values.entries()) {
      if (value === undefined || value === null) continue;
      const to = this.#slot(ids, slot * words);
      copyIds(ids, slot * words, this.#ids, to * words);
      this.#values[to] = value;
      this.size++;
    }
  }
}

function emptySlots(count: number): undefined[] {
  // oxlint-disable-next-line unicorn/no-new-array -- room for so many, of which there may be a hundred thousand
  return new Array<undefined>(count).fill(undefined);
}

function wordOf(place: number): number {
  return (place * idPlace.size) >> 2;
}

function hashOf(ids: Int32Array, at: number, seed: number): number {
  let hash = seed;
  for (let i = at; i < at + words; i++) {
    hash = Math.imul(hash ^ (ids[i] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function isSame(a: Int32Array, at: number, b: Int32Array, start: number): boolean {
  for (let i = 0; i < words; i++) if (a[at + i] !== b[start + i]) return false;
  return true;
}

function copyIds(from: Int32Array, at: number, to: Int32Array, start: number): void {
  for (let i = 0; i < words; i++) to[start + i] = from[at + i] as number;
}
