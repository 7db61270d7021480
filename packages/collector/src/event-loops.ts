/** How the event loops of all processes did in the last hour, in buckets of ten seconds; gone when the collector ends. */

import { metric, scopeName, type EventLoopHistory, type LoopWait } from "@holdup/protocol";
import { maxClockSkewMs } from "./aggregate.ts";
import { LoopBucket, waitingKey, type Waiting } from "./loop-bucket.ts";
import { programOf, type Program } from "./program.ts";
import type { TimeSpan } from "./store.ts";
import type { MetricGroup, Point } from "./telemetry.ts";

/** What is asked for. */
export interface EventLoopQuery extends TimeSpan {
  /** Absent: all services. */
  readonly service?: string | undefined;
}

const bucketMs = 10_000;
const keptMs = 3_600_000;

/** Buckets of one process in which something may still arrive. */
const mostOpen = 3;

/** Of an answer, so many primitives of each process. */
const mostWaits = 50;

interface Loop extends Program {
  /** By their end. */
  readonly buckets: Map<number, LoopBucket>;
  readonly open: Set<LoopBucket>;
}

export class EventLoops {
  readonly #now: () => number;
  readonly #maxLoops: number;
  // The one not heard of for longest comes first.
  readonly #loops = new Map<string, Loop>();
  /** How many processes had to make room for others. */
  forgotten = 0;

  /** Holds so many processes. */
  constructor(now: () => number, maxLoops = 100) {
    this.#now = now;
    this.#maxLoops = maxLoops;
  }

  /** Takes in what Holdup's own programs tell of their loops, and returns how many points that were. */
  add(groups: readonly MetricGroup[]): number {
    const own = groups.filter(({ scope }) => scope === scopeName);
    // The waiting of a program whose loop nobody knows is not kept here.
    const known = new Set(own.filter(tellsOfLoop).map(({ resource }) => keyOf(programOf(resource))));
    let taken = 0;
    for (const { resource, points } of own) {
      const program = programOf(resource);
      if (!known.has(keyOf(program))) continue;
      taken += this.#add(
        program,
        points.filter((point) => this.#isUsable(point)),
      );
    }
    return taken;
  }

  /** By service and instance. */
  history({ service, from, to }: EventLoopQuery): EventLoopHistory[] {
    const earliest = this.#now() - keptMs;
    return [...this.#loops.values()]
      .filter((loop) => service === undefined || loop.service === service)
      .map((loop) => ({ loop, buckets: bucketsOf(loop, Math.max(from, earliest), to) }))
      .filter(({ buckets }) => buckets.length > 0)
      .map(({ loop, buckets }) => ({
        service: loop.service,
        instance: loop.instance,
        stepSeconds: bucketMs / 1000,
        points: buckets.map(({ point }) => point),
        waits: waitsOf(buckets),
      }))
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  #isUsable(point: Point): boolean {
    const now = this.#now();
    const figure = point.kind === "sum" ? point.value : point.value.sum;
    const inTime = point.time === 0 || (point.time > now - keptMs && point.time <= now + maxClockSkewMs);
    // What is no level has to be a gain: Holdup's own programs send no other.
    const isGain = point.temporality === "delta" || levels.has(point.metric);
    return inTime && isGain && Number.isFinite(figure) && figure >= 0;
  }

  #add(program: Program, points: readonly Point[]): number {
    const loop = this.#loop(program);
    let taken = 0;
    const heap = new Map<LoopBucket, number>();
    for (const point of points) {
      const bucket = this.#bucket(loop, point.time === 0 ? this.#now() : point.time);
      if (point.metric === metric.heapUsed && point.kind === "sum") {
        heap.set(bucket, (heap.get(bucket) ?? 0) + point.value);
      } else if (!(point.kind === "sum" ? bucket.sum(point) : bucket.histogram(point))) continue;
      if (loopMetrics.has(point.metric)) taken++;
    }
    for (const [bucket, bytes] of heap) bucket.heap(bytes);
    return taken;
  }

  #loop(program: Program): Loop {
    const key = keyOf(program);
    const loop = this.#loops.get(key) ?? { ...program, buckets: new Map(), open: new Set() };
    this.#loops.delete(key);
    this.#loops.set(key, loop);
    if (this.#loops.size > this.#maxLoops) this.#forgetOldest();
    return loop;
  }

  #forgetOldest(): void {
    const [oldest] = this.#loops.keys();
    if (oldest === undefined) return;
    this.#loops.delete(oldest);
    this.forgotten++;
  }

  #bucket({ buckets, open }: Loop, time: number): LoopBucket {
    const end = Math.ceil(time / bucketMs) * bucketMs;
    const known = buckets.get(end);
    if (known !== undefined) return known;
    const bucket = new LoopBucket(end);
    buckets.set(end, bucket);
    open.add(bucket);
    for (const old of open) {
      if (open.size <= mostOpen) break;
      old.close();
      open.delete(old);
    }
    const earliest = this.#now() - keptMs;
    for (const old of buckets.keys()) if (old < earliest) buckets.delete(old);
    return bucket;
  }
}

/** Those that tell of nothing but the loop. */
const loopMetrics = new Set<string>([
  metric.loopDelay,
  metric.loopStalled,
  metric.loopTime,
  metric.gcDuration,
  metric.heapUsed,
  metric.memoryUsage,
  metric.stalledDuration,
]);
const levels = new Set<string>([metric.heapUsed, metric.memoryUsage]);

function tellsOfLoop({ points }: MetricGroup): boolean {
  return points.some(({ metric: name }) => loopMetrics.has(name));
}

function keyOf({ service, instance }: Program): string {
  return JSON.stringify([service, instance]);
}

function bucketsOf({ buckets }: Loop, from: number, to: number): LoopBucket[] {
  return [...buckets.values()]
    .filter(({ end }) => end > from && end - bucketMs <= to)
    .toSorted((a, b) => a.end - b.end);
}

function waitsOf(buckets: readonly LoopBucket[]): LoopWait[] {
  const sums = new Map<string, Waiting>();
  for (const { waits } of buckets) {
    for (const { name, type, wait, stalled, handoff } of waits.values()) {
      const key = waitingKey({ name, type });
      const sum = sums.get(key) ?? { name, type, wait: 0, stalled: 0, handoff: 0 };
      sum.wait += wait;
      sum.stalled += stalled;
      sum.handoff += handoff;
      sums.set(key, sum);
    }
  }
  return [...sums.values()]
    .filter(({ wait, stalled, handoff }) => wait + stalled + handoff > 0)
    .toSorted((a, b) => b.stalled + b.handoff - (a.stalled + a.handoff) || b.wait - a.wait)
    .slice(0, mostWaits)
    .map(({ name, type, wait, stalled, handoff }) => ({
      primitive: { name, type },
      waitSeconds: wait,
      stalledWaitSeconds: stalled,
      handoffSeconds: handoff,
    }));
}
