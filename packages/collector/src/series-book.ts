/**
 * Which series are told apart. Names come from outside, so their number has a bound, and so has that of each service:
 * beyond it a known primitive keeps its totals but not its sites, and an unknown one is folded into one row for its service.
 * Pairs of a waiting and a holding site, of which there may be as many as their product, have a narrower one:
 * beyond it the waiting site is not known.
 */

import type { ServiceSummary } from "@holdup/protocol";
import { seriesKey, type Rollup, type Series } from "./rollup.ts";

/** The row of a service's primitives that are too many to be told apart. */
export const overflow = { type: "overflow", name: "(other primitives)" } as const;

/** The row of all services that are too many to be told apart. */
export const overflowService = "(other services)";

const maxServices = 200;

/** Of all series, one service may have so much: whoever makes up names leaves room for others. */
const serviceShare = 0.9;

interface Entry {
  readonly series: Series;
  /** In how many buckets it is. */
  uses: number;
}

interface ServiceEntry {
  firstSeenAt: number;
  lastSeenAt: number;
  series: number;
  readonly primitives: Map<string, PrimitiveEntry>;
}

/** How many series a primitive has, and how many of them are pairs. */
interface PrimitiveEntry {
  series: number;
  pairs: number;
}

export interface SeriesLimits {
  readonly maxSeries: number;
  /** How many pairs of sites one primitive may have; all together have at most half of all series. */
  readonly maxPairs: number;
}

export class SeriesBook {
  readonly #limits: SeriesLimits;
  readonly #series = new Map<string, Entry>();
  readonly #services = new Map<string, ServiceEntry>();
  #pairs = 0;
  /** How many rollups were folded into others. */
  folded = 0;
  /** How many rollups lost only the site that waited. */
  unpaired = 0;

  constructor(limits: SeriesLimits) {
    this.#limits = limits;
  }

  /** The series, and its key, under which a rollup of that time is to be kept. */
  admit(series: Series, time: number): [key: string, series: Series] {
    const key = seriesKey(series);
    const [kept, stored] = this.#series.has(key) ? [key, series] : this.#enter(key, series);
    const service = this.#services.get(stored.service);
    if (service !== undefined) {
      service.firstSeenAt = Math.min(service.firstSeenAt, time);
      service.lastSeenAt = Math.max(service.lastSeenAt, time);
    } else
      this.#services.set(stored.service, {
        firstSeenAt: time,
        lastSeenAt: time,
        series: 0,
        primitives: new Map(),
      });
    if (!this.#series.has(kept)) this.#write(kept, stored);
    return [kept, stored];
  }

  /** Whether the series is told apart. */
  has(key: string): boolean {
    return this.#series.has(key);
  }

  /** How many of the rollups were folded into others, as far as there is no more room for them now. */
  crowded(rollups: readonly Rollup[]): number {
    return this.folded === 0 ? 0 : rollups.filter(({ series }) => !this.#knows(series)).length;
  }

  /** A bucket begins to hold the series. */
  use(key: string): void {
    const entry = this.#series.get(key);
    if (entry !== undefined) entry.uses++;
  }

  /** A bucket that held the series is gone. */
  release(key: string): void {
    const entry = this.#series.get(key);
    if (entry === undefined || --entry.uses > 0) return;
    this.#series.delete(key);
    this.#erase(entry.series);
  }

  services(): ServiceSummary[] {
    return [...this.#services]
      .map(([name, { firstSeenAt, lastSeenAt, primitives }]) => ({
        name,
        primitives: primitives.size,
        firstSeenAt,
        lastSeenAt,
      }))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  #enter(key: string, series: Series): [key: string, series: Series] {
    if (isPair(series) && !this.#hasRoomForPair(series)) return this.#unpair(series);
    if (this.#hasRoom(series)) return [key, series];
    this.folded++;
    const folded = this.#fold(series);
    return [seriesKey(folded), folded];
  }

  #hasRoom({ service }: Series): boolean {
    const { maxSeries } = this.#limits;
    if (this.#series.size >= maxSeries) return false;
    const known = this.#services.get(service);
    return known === undefined
      ? this.#services.size < maxServices
      : known.series < Math.ceil(maxSeries * serviceShare);
  }

  // A pair may be without the site that waits.
  #knows(series: Series): boolean {
    if (this.#series.has(seriesKey(series))) return true;
    return isPair(series) && this.#series.has(seriesKey({ ...series, waiterSite: null }));
  }

  #hasRoomForPair(series: Series): boolean {
    const { maxSeries, maxPairs } = this.#limits;
    const own = this.#services.get(series.service)?.primitives.get(primitiveKey(series))?.pairs ?? 0;
    return own < maxPairs && this.#pairs < maxSeries / 2 && this.#hasRoom(series);
  }

  #unpair(series: Series): [key: string, series: Series] {
    this.unpaired++;
    const rest = { ...series, waiterSite: null };
    const key = seriesKey(rest);
    return this.#series.has(key) ? [key, rest] : this.#enter(key, rest);
  }

  #fold(series: Series): Series {
    const nowhere = { operation: "", outcome: "", waiterSite: null, holderSite: null };
    const blank = series.estimated === true ? { ...nowhere, estimated: true as const } : nowhere;
    const service = this.#services.get(series.service);
    if (service === undefined) return { service: overflowService, ...overflow, ...blank };
    const { type, name } = service.primitives.has(primitiveKey(series)) ? series : overflow;
    return { service: series.service, type, name, ...blank };
  }

  #write(key: string, series: Series): void {
    this.#series.set(key, { series, uses: 0 });
    const service = this.#services.get(series.service);
    if (service !== undefined) service.series++;
    const primitives = service?.primitives;
    const entry = primitives?.get(primitiveKey(series)) ?? { series: 0, pairs: 0 };
    entry.series++;
    if (isPair(series)) {
      entry.pairs++;
      this.#pairs++;
    }
    primitives?.set(primitiveKey(series), entry);
  }

  #erase(series: Series): void {
    const service = this.#services.get(series.service);
    const primitives = service?.primitives;
    const entry = primitives?.get(primitiveKey(series));
    if (service === undefined || entry === undefined) return;
    service.series--;
    entry.series--;
    if (isPair(series)) {
      entry.pairs--;
      this.#pairs--;
    }
    if (entry.series === 0) primitives?.delete(primitiveKey(series));
    if (primitives?.size === 0) this.#services.delete(series.service);
  }
}

function primitiveKey({ type, name }: Series): string {
  return JSON.stringify([type, name]);
}

// Waits have an operation.
function isPair({ operation, waiterSite }: Series): boolean {
  return operation === "" && waiterSite !== null;
}
