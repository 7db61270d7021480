/** The series that one collector tells apart: those it heard of within the last hour count against the bound. */

import type { Rollup } from "./rollup.ts";
import { SeriesBook, type SeriesLimits } from "./series-book.ts";

/** For how long a series counts after it was last heard of, in milliseconds. */
const activeMs = 3_600_000;
/** By so much time it is noted which were heard of. */
const slotMs = 600_000;

export class ActiveSeries {
  readonly #book: SeriesBook;
  // The keys that were heard of in a stretch of time, by its start, oldest first.
  readonly #heard = new Map<number, Set<string>>();

  constructor(limits: SeriesLimits) {
    this.#book = new SeriesBook(limits);
  }

  get dropped(): Readonly<Record<string, number>> {
    return { series: this.#book.folded, "waiting sites": this.#book.unpaired };
  }

  /** The same rollups; those of series for which there is no room are of others that have it. */
  admit(rollups: readonly Rollup[], now: number): Rollup[] {
    this.#releaseSilent(now);
    return rollups.map((rollup) => {
      const [key, series] = this.#book.admit(rollup.series, rollup.time);
      this.#note(key, now);
      return { ...rollup, series };
    });
  }

  /** How many of the rollups are of series for which there is no room. */
  crowded(rollups: readonly Rollup[]): number {
    return this.#book.crowded(rollups);
  }

  #note(key: string, now: number): void {
    const slot = Math.floor(now / slotMs) * slotMs;
    const keys = this.#heard.get(slot) ?? new Set();
    if (keys.has(key)) return;
    this.#heard.set(slot, keys.add(key));
    this.#book.use(key);
  }

  #releaseSilent(now: number): void {
    for (const [slot, keys] of this.#heard) {
      if (slot + slotMs + activeMs > now) return;
      this.#heard.delete(slot);
      for (const key of keys) this.#book.release(key);
    }
  }
}
