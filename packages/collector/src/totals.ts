/** Everything measured of one series in one stretch of time. Adding two is exact, in any order. */

import { Histogram } from "@holdup/protocol";
import { Activities } from "./activities.ts";
import type { Measure } from "./rollup.ts";

export class Totals {
  readonly wait: Histogram = new Histogram();
  readonly hold: Histogram = new Histogram();
  readonly handoff: Histogram = new Histogram();
  blameSeconds = 0;
  /** The most that waited at once. */
  waiters = 0;
  /** What holders did; absent while nobody told. */
  activities: Activities | undefined;
  #contendedWaits = 0;
  #counted = 0;
  #countedContended = 0;

  /** How many operations ended. Programs tell it twice, by their waits and by a counter: the larger is complete. */
  get operations(): number {
    return Math.max(this.wait.count, this.#counted);
  }

  get contended(): number {
    return Math.max(this.#contendedWaits, this.#countedContended);
  }

  /** How many operations told how long they waited, and so where. */
  get timed(): { readonly operations: number; readonly contended: number } {
    return { operations: this.wait.count, contended: this.#contendedWaits };
  }

  /** How much room this takes, in series: each activity takes that of one. */
  get weight(): number {
    return 1 + (this.activities?.size ?? 0);
  }

  add(measure: Measure): void {
    switch (measure.kind) {
      case "wait":
        this.wait.merge(measure.histogram);
        this.#contendedWaits += measure.contended;
        break;
      case "hold":
        this.hold.merge(measure.histogram);
        break;
      case "handoff":
        this.handoff.merge(measure.histogram);
        break;
      case "operations":
        this.#counted += measure.operations;
        this.#countedContended += measure.contended;
        break;
      case "blame":
        this.blameSeconds += measure.seconds;
        break;
      case "activity":
        this.#doing.add(measure.name, measure.seconds);
        break;
      case "explained":
        this.#doing.holds += measure.holds;
        break;
      case "waiters":
        this.waiters = Math.max(this.waiters, measure.waiters);
        break;
    }
  }

  /** What has to be added to nothing to get these totals. */
  measures(): Measure[] {
    const measures: Measure[] = [];
    const { wait, hold, handoff, blameSeconds, waiters, activities } = this;
    const contended = this.#contendedWaits;
    if (wait.count > 0 || contended > 0) measures.push({ kind: "wait", histogram: wait, contended });
    if (hold.count > 0) measures.push({ kind: "hold", histogram: hold });
    if (handoff.count > 0) measures.push({ kind: "handoff", histogram: handoff });
    if (this.#counted > 0 || this.#countedContended > 0) {
      const counted = { operations: this.#counted, contended: this.#countedContended };
      measures.push({ kind: "operations", ...counted });
    }
    if (blameSeconds > 0) measures.push({ kind: "blame", seconds: blameSeconds });
    if (waiters > 0) measures.push({ kind: "waiters", waiters });
    if (activities !== undefined) measures.push(...activities.measures());
    return measures;
  }

  merge(other: Totals): void {
    this.wait.merge(other.wait);
    this.hold.merge(other.hold);
    this.handoff.merge(other.handoff);
    this.blameSeconds += other.blameSeconds;
    this.waiters = Math.max(this.waiters, other.waiters);
    this.#contendedWaits += other.#contendedWaits;
    this.#counted += other.#counted;
    this.#countedContended += other.#countedContended;
    if (other.activities !== undefined) this.#doing.merge(other.activities);
  }

  // Most series have none.
  get #doing(): Activities {
    return (this.activities ??= new Activities());
  }
}
