/** What ten seconds of one event loop were like. */

import { attribute, Histogram, metric, type EventLoopPoint, type GcPauses } from "@holdup/protocol";
import { textOf } from "./attributes.ts";
import { nameOf } from "./primitive-name.ts";
import { toSketch } from "./sketch.ts";
import type { HistogramPoint, SumPoint } from "./telemetry.ts";

/** Waiting for one primitive, in seconds. */
export interface Waiting {
  readonly name: string;
  readonly type: string;
  /** Until the grant. */
  wait: number;
  stalled: number;
  handoff: number;
}

/** Primitives that are told apart in one bucket; the rest has one row. */
const mostPrimitives = 20;
const others = { name: "(other primitives)", type: "overflow" };

/** Kinds of garbage collection: V8 has five. */
const mostGcTypes = 8;

interface Pauses {
  count: number;
  seconds: number;
  maxSeconds: number;
}

interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export class LoopBucket {
  /** Unix ms. */
  readonly end: number;
  readonly waits: Map<string, Waiting> = new Map<string, Waiting>();
  readonly #gc = new Map<string, Pauses>();
  // Histograms are large: once the bucket is closed, only what is asked of it is kept.
  #delay: Histogram | Delays = new Histogram();
  #stalled = 0;
  #active = 0;
  #idle = 0;
  #resident = 0;
  #heapUsed = 0;

  constructor(end: number) {
    this.end = end;
  }

  /** Nothing more is expected: what comes late has no effect on percentiles. */
  close(): void {
    this.#delay = this.#delays();
  }

  /** The heap as one request told of it: the sum of its spaces. */
  heap(bytes: number): void {
    this.#heapUsed = bytes;
  }

  /** Whether the point is one that is known here. */
  histogram({ metric: name, attributes, value }: HistogramPoint): boolean {
    if (name === metric.loopDelay) {
      if (this.#delay instanceof Histogram) this.#delay.merge(toSketch(value));
      else this.#delay = { ...this.#delay, max: Math.max(this.#delay.max, value.max) };
      return true;
    }
    if (name === metric.gcDuration) {
      const pauses = this.#pauses(textOf(attributes, attribute.gcType));
      pauses.count += value.count;
      pauses.seconds += value.sum;
      pauses.maxSeconds = Math.max(pauses.maxSeconds, value.max);
      return true;
    }
    if (name !== metric.handoffDuration) return false;
    this.#waiting(attributes).handoff += value.sum;
    return true;
  }

  /** Whether the point is one that is known here. */
  sum({ metric: name, attributes, value }: SumPoint): boolean {
    if (name === metric.loopStalled) this.#stalled += value;
    else if (name === metric.memoryUsage) this.#resident = value;
    else if (name === metric.blameDuration) this.#waiting(attributes).wait += value;
    else if (name === metric.stalledDuration) this.#waiting(attributes).stalled += value;
    else if (name === metric.loopTime) this.#spend(textOf(attributes, attribute.loopState), value);
    else return false;
    return true;
  }

  /** What is told of it. */
  get point(): EventLoopPoint {
    const { p50, p99, max } = this.#delays();
    const waits = [...this.waits.values()];
    return {
      time: this.end,
      delayP50: p50,
      delayP99: p99,
      delayMax: max,
      stalledSeconds: this.#stalled,
      activeSeconds: this.#active,
      idleSeconds: this.#idle,
      gc: Array.from(this.#gc, ([type, pauses]): GcPauses => ({ type, ...pauses })),
      heapUsedBytes: this.#heapUsed,
      residentBytes: this.#resident,
      waitSeconds: waits.reduce((sum, { wait }) => sum + wait, 0),
      stalledWaitSeconds: waits.reduce((sum, { stalled }) => sum + stalled, 0),
      handoffSeconds: waits.reduce((sum, { handoff }) => sum + handoff, 0),
    };
  }

  #delays(): Delays {
    if (!(this.#delay instanceof Histogram)) return this.#delay;
    return { p50: this.#delay.quantile(0.5), p99: this.#delay.quantile(0.99), max: this.#delay.max };
  }

  #spend(state: string, seconds: number): void {
    if (state === "active") this.#active += seconds;
    else if (state === "idle") this.#idle += seconds;
  }

  #pauses(type: string): Pauses {
    const known = this.#gc.get(type);
    if (known !== undefined) return known;
    const key = this.#gc.size < mostGcTypes ? type : "other";
    const pauses = this.#gc.get(key) ?? { count: 0, seconds: 0, maxSeconds: 0 };
    this.#gc.set(key, pauses);
    return pauses;
  }

  #waiting(attributes: SumPoint["attributes"]): Waiting {
    const told = {
      name: nameOf(attributes, attribute.primitiveName),
      type: textOf(attributes, attribute.primitiveType),
    };
    const known = this.waits.get(waitingKey(told));
    if (known !== undefined) return known;
    const kept = this.waits.size < mostPrimitives ? told : others;
    const waiting = this.waits.get(waitingKey(kept)) ?? { ...kept, wait: 0, stalled: 0, handoff: 0 };
    this.waits.set(waitingKey(kept), waiting);
    return waiting;
  }
}

/** What makes a primitive's row the same row in another bucket. */
export function waitingKey({ name, type }: Pick<Waiting, "name" | "type">): string {
  return JSON.stringify([type, name]);
}
