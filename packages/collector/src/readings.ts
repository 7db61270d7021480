/** What cumulative streams last said: the base from which the next reading's gain is taken. */

import type { HistogramData } from "@holdup/protocol";

/** A total since the stream's start, as it was at one time. Its histogram is at scale 4. */
export interface Reading {
  /** Unix ms. */
  readonly startTime: number;
  readonly time: number;
  readonly value: number | HistogramData;
}

/** The last readings by the stream's key, within a bound. */
export class Readings {
  readonly #maxStreams: number;
  // In the order of last use.
  readonly #readings = new Map<string, Reading>();
  /** Streams forgotten for want of room; the next reading of one is a first one. */
  forgotten = 0;

  /** Remembers so many streams; the one not heard of for longest is forgotten first. */
  constructor(maxStreams = 50_000) {
    this.#maxStreams = maxStreams;
  }

  /** Those of the keys that are known. */
  of(keys: readonly string[]): Map<string, Reading> {
    const found = new Map<string, Reading>();
    for (const key of keys) {
      const reading = this.#readings.get(key);
      if (reading !== undefined) found.set(key, reading);
    }
    return found;
  }

  set(readings: ReadonlyMap<string, Reading>): void {
    for (const [key, reading] of readings) {
      this.#readings.delete(key);
      this.#readings.set(key, reading);
    }
    while (this.#readings.size > this.#maxStreams) this.#forgetOldest();
  }

  #forgetOldest(): void {
    const [oldest] = this.#readings.keys();
    if (oldest === undefined) return;
    this.#readings.delete(oldest);
    this.forgotten++;
  }
}
