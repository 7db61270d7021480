import type { HoldupObserver, Measurement, PrimitiveSnapshot } from "@holdup/observer";
import { Histogram, type Site } from "@holdup/protocol";
import { mergeActivities, plain, type ActivityRow, type PrimitiveRecord } from "../primitive-record.ts";
import { siteKey } from "../site.ts";
import { SliceBook } from "./slice-book.ts";

/**
 * Keeps what an observer measured in one thread from its start to its end. What others collect from the observer meanwhile,
 * such as an exporter, is kept as well.
 */
export class ThreadMeasures {
  readonly #observer: HoldupObserver;
  readonly #collected = new Map<string, Collected>();
  readonly #slices: SliceBook;

  constructor(observer: HoldupObserver) {
    this.#observer = observer;
    this.#slices = new SliceBook(() => observer.snapshot().primitives);
    const collect = observer.collect.bind(observer);
    // For one reader: what that one takes is counted here on its way.
    observer.collect = () => {
      const measured = collect();
      for (const measurement of measured) this.#collectedOf(measurement).add(measurement);
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

  #collectedOf(named: { readonly type: string; readonly name: string }): Collected {
    const key = keyOf(named);
    const known = this.#collected.get(key) ?? new Collected();
    this.#collected.set(key, known);
    return known;
  }

  #record(snapshot: PrimitiveSnapshot): PrimitiveRecord {
    const { holders: _holders, waiters: _waiters, ...sums } = snapshot;
    return {
      ...sums,
      ...this.#collectedOf(snapshot).record(),
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

/** How long the waits and holds of one primitive were, and what holders did. */
class Collected {
  readonly #waits = new Histogram();
  readonly #handoffs = new Histogram();
  readonly #holds = new Map<string, { site: Site | null; durations: Histogram }>();
  #activities: readonly ActivityRow[] = [];

  add({ operations, holds, handoffs, activities }: Measurement): void {
    for (const { uncontended, waits } of operations) {
      this.#waits.recordZeros(uncontended);
      this.#waits.merge(waits);
    }
    this.#handoffs.merge(handoffs);
    for (const { site, durations } of holds) this.#holdsAt(site).merge(durations);
    this.#activities = mergeActivities([...this.#activities, ...activities.map(inMilliseconds)]);
  }

  record(): Required<Pick<PrimitiveRecord, "waits" | "handoffs" | "holds" | "activities">> {
    const holds = Array.from(this.#holds.values(), ({ site, durations }) => ({
      site,
      durations: plain(durations),
    }));
    const activities = this.#activities;
    return { waits: plain(this.#waits), handoffs: plain(this.#handoffs), holds, activities };
  }

  #holdsAt(site: Site | null): Histogram {
    const known = this.#holds.get(siteKey(site)) ?? { site, durations: new Histogram() };
    this.#holds.set(siteKey(site), known);
    return known.durations;
  }
}

function inMilliseconds({ site, holds, activities }: Measurement["activities"][number]): ActivityRow {
  return { site, holds, activities: activities.map(({ name, seconds }) => ({ name, ms: 1000 * seconds })) };
}
