/**
 * Buckets added up to whole minutes, once, as the live view asks for the same quarter of an hour again and
 * again. A minute is added up anew after something came late.
 */

import type { SeriesTotals } from "./hot-spots.ts";
import { Totals } from "./totals.ts";

/** What was measured of each series, by its key. */
export type Cells = ReadonlyMap<string, SeriesTotals>;

export interface Bucket {
  /** Unix ms. */
  readonly start: number;
  readonly cells: Map<string, SeriesTotals>;
  /** Grows with everything added. */
  revision: number;
  /** The sum of what its totals weigh. */
  weight: number;
}

export const minuteMs = 60_000;

export class MinuteCache {
  readonly #minutes = new Map<number, { readonly revision: number; readonly cells: Cells }>();

  /** The buckets of one minute added up. */
  sum(minute: number, buckets: readonly Bucket[]): Cells {
    const revision = buckets.reduce((sum, bucket) => sum + bucket.revision, 0);
    const cached = this.#minutes.get(minute);
    if (cached?.revision === revision) return cached.cells;
    const cells = addUp(buckets.map((bucket) => bucket.cells));
    this.#minutes.set(minute, { revision, cells });
    return cells;
  }

  /** To be called when a bucket is dropped. */
  forget(bucket: Bucket): void {
    this.#minutes.delete(minuteOf(bucket));
  }
}

/** Buckets added up, once, until one of them is another or has got more. */
export class SettledCache {
  #key = "";
  #cells: Cells = new Map();

  /** The sum of these buckets, which is reckoned up only if it isn't the one before. */
  sum(buckets: readonly Bucket[], reckon: () => Cells): Cells {
    const key = buckets.map(({ start, revision }) => `${start}:${revision}`).join();
    if (key !== this.#key) {
      this.#cells = reckon();
      this.#key = key;
    }
    return this.#cells;
  }

  /** To be called when a bucket is dropped: another may come in its place. */
  clear(): void {
    this.#key = "";
    this.#cells = new Map();
  }
}

export function minuteOf({ start }: Bucket): number {
  return Math.floor(start / minuteMs) * minuteMs;
}

/** The same series of several stretches of time added up. */
export function addUp(stretches: Iterable<Cells>): Map<string, SeriesTotals> {
  const sums = new Map<string, SeriesTotals>();
  for (const cells of stretches) {
    for (const [key, { series, totals }] of cells) {
      const known = sums.get(key) ?? { series, totals: new Totals() };
      known.totals.merge(totals);
      sums.set(key, known);
    }
  }
  return sums;
}
