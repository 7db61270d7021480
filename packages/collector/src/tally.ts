/** How long primitives have been waited for since the collector started: totals that only grow, for Prometheus. */

import type { Rollup, Series } from "./rollup.ts";
import { overflow, overflowService } from "./series-book.ts";

/** The totals of one primitive. */
export interface Tallied {
  readonly service: string;
  readonly type: string;
  readonly name: string;
  waitSeconds: number;
  blameSeconds: number;
}

interface Entry {
  readonly measured: Tallied;
  readonly estimated: Tallied;
  /** Its waits are measured, so estimates count nothing. */
  exact: boolean;
}

/** More make a page that no scrape should carry; those beyond are one row. */
const defaultMaxPrimitives = 1_000;

export class Tally {
  readonly #maxPrimitives: number;
  readonly #entries = new Map<string, Entry>();
  // A program's metrics are about the same series in each interval. An entry stays once it is there.
  readonly #bySeries = new WeakMap<Series, Entry>();
  readonly #others = newEntry({ service: overflowService, ...overflow });

  constructor(maxPrimitives: number = defaultMaxPrimitives) {
    this.#maxPrimitives = maxPrimitives;
  }

  add(rollups: readonly Rollup[]): void {
    for (const { series, measure } of rollups) {
      if (measure.kind !== "wait" && measure.kind !== "blame") continue;
      const entry = this.#bySeries.get(series) ?? this.#entry(series);
      const totals = series.estimated === true ? entry.estimated : entry.measured;
      if (measure.kind === "blame") totals.blameSeconds += measure.seconds;
      else totals.waitSeconds += measure.histogram.sum;
      if (measure.kind === "wait" && series.estimated !== true) entry.exact = true;
    }
  }

  /** All that is known, each primitive once. */
  *[Symbol.iterator](): Generator<Tallied> {
    const full = this.#entries.size >= this.#maxPrimitives;
    for (const { measured, estimated, exact } of [
      ...this.#entries.values(),
      ...(full ? [this.#others] : []),
    ]) {
      if (exact) yield measured;
      else {
        const waitSeconds = measured.waitSeconds + estimated.waitSeconds;
        yield { ...measured, waitSeconds, blameSeconds: measured.blameSeconds + estimated.blameSeconds };
      }
    }
  }

  #entry(series: Series): Entry {
    const entry = this.#named(series);
    this.#bySeries.set(series, entry);
    return entry;
  }

  #named({ service, type, name }: Series): Entry {
    const key = `${service.length} ${type.length} ${service}${type}${name}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    if (this.#entries.size >= this.#maxPrimitives) return this.#others;
    const entry = newEntry({ service, type, name });
    this.#entries.set(key, entry);
    return entry;
  }
}

function newEntry(primitive: Pick<Tallied, "service" | "type" | "name">): Entry {
  const zero = { ...primitive, waitSeconds: 0, blameSeconds: 0 };
  return { measured: zero, estimated: { ...zero }, exact: false };
}
