/** What holders did while others waited, added up. The names come from outside, so their number has a bound. */

import { otherActivities, type Activity, type HolderActivities, type Site } from "@holdup/protocol";
import type { Measure } from "./rollup.ts";

/** Those beyond it are added up as others. */
const maxNames = 50;

export class Activities {
  readonly #seconds = new Map<string, number>();
  /** How many holds were looked at. */
  holds = 0;

  /** How many are told apart. */
  get size(): number {
    return this.#seconds.size;
  }

  add(name: string, seconds: number): void {
    // The others take the last place.
    const room = this.#seconds.size < maxNames - 1 || this.#seconds.has(name);
    const kept = room ? name : otherActivities;
    this.#seconds.set(kept, (this.#seconds.get(kept) ?? 0) + seconds);
  }

  /** What has to be added to nothing to get these. */
  measures(): Measure[] {
    const names = [...this.#seconds].map(([name, seconds]) => ({ kind: "activity", name, seconds }) as const);
    return [{ kind: "explained", holds: this.holds }, ...names];
  }

  merge(other: Activities): void {
    this.holds += other.holds;
    for (const [name, seconds] of other.#seconds) this.add(name, seconds);
  }

  /** All of them, most first. */
  at(holderSite: Site | null): HolderActivities {
    const activities = [...this.#seconds].map(([name, seconds]) => ({ name, seconds }));
    return { holderSite, holds: this.holds, activities: activities.toSorted(longestFirst) };
  }
}

function longestFirst(a: Activity, b: Activity): number {
  return b.seconds - a.seconds || (a.name < b.name ? -1 : 1);
}
