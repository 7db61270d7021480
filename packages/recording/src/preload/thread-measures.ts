import type { HoldupObserver, Measurement, PrimitiveSnapshot } from "@holdup/observer";
import { Histogram, type HistogramData, type Site } from "@holdup/protocol";
import { plain, type PrimitiveRecord } from "../primitive-record.ts";
import { siteKey } from "../site.ts";
import { SliceBook } from "./slice-book.ts";

/**
 * Keeps what an observer measured in one thread from its start to its end. What others collect from the observer meanwhile,
 * such as an exporter, is kept as well.
 */
export class ThreadMeasures {
  readonly #observer: HoldupObserver;
  readonly #durations = new Map<string, Durations>();
  readonly #slices: SliceBook;

  constructor(observer: HoldupObserver) {
    this.#observer = observer;
    this.#slices = new SliceBook(() => observer.snapshot().primitives);
    const collect = observer.collect.bind(observer);
    // For one reader: what that one takes is counted here on its way.
    observer.collect = () => {
      const measured = collect();
      for (const measurement of measured) this.#durationsOf(measurement).add(measurement);
      return measured;
    };
  }

  /** How late this thread's timers were, in the median. */
  get timersLateMs(): number {
    return this.#slices.timersLateMs;
  }

  /** Everything up to now, pending waits and open holds included in the sums. */
  end(): PrimitiveRecord[] {
    this.#observer.collect();
    const { primitives } = this.#observer.snapshot();
    this.#slices.end(primitives);
    return primitives.filter(isUsed).map((snapshot) => this.#record(snapshot));
  }

  #durationsOf(named: { readonly type: string; readonly name: string }): Durations {
    const key = keyOf(named);
    const known = this.#durations.get(key) ?? new Durations();
    this.#durations.set(key, known);
    return known;
  }

  #record(snapshot: PrimitiveSnapshot): PrimitiveRecord {
    const { holders: _holders, waiters: _waiters, ...sums } = snapshot;
    return {
      ...sums,
      ...this.#durationsOf(snapshot).record(),
      slices: this.#slices.slicesOf(keyOf(snapshot), snapshot.byHolder),
    };
  }
}

/** What tells primitives of one thread apart. */
export function keyOf({ type, name }: { readonly type: string; readonly name: string }): string {
  return `${type} ${name}`;
}

function isUsed({ operations, blockedMs, holdMs }: PrimitiveSnapshot): boolean {
  return operations > 0 || blockedMs > 0 || holdMs > 0;
}

/** How long the waits and holds of one primitive were. */
class Durations {
  readonly #waits = new Histogram();
  readonly #handoffs = new Histogram();
  readonly #holds = new Map<string, { site: Site | null; durations: Histogram }>();

  add({ operations, holds, handoffs }: Measurement): void {
    for (const { uncontended, waits } of operations) {
      this.#waits.recordZeros(uncontended);
      this.#waits.merge(waits);
    }
    this.#handoffs.merge(handoffs);
    for (const { site, durations } of holds) this.#holdsAt(site).merge(durations);
  }

  record(): { waits: HistogramData; handoffs: HistogramData; holds: PrimitiveRecord["holds"] } {
    const holds = Array.from(this.#holds.values(), ({ site, durations }) => ({
      site,
      durations: plain(durations),
    }));
    return { waits: plain(this.#waits), handoffs: plain(this.#handoffs), holds };
  }

  #holdsAt(site: Site | null): Histogram {
    const known = this.#holds.get(siteKey(site)) ?? { site, durations: new Histogram() };
    this.#holds.set(siteKey(site), known);
    return known.durations;
  }
}
