import {
  constants,
  monitorEventLoopDelay,
  PerformanceObserver,
  type IntervalHistogram,
  type PerformanceEntry,
  type NodeGCPerformanceDetail,
} from "node:perf_hooks";
import { getHeapSpaceStatistics } from "node:v8";
import { Histogram, type HistogramData } from "@holdup/protocol";

/** What the event loop, the garbage collector and the memory were like since the reading before. Durations in seconds. */
export interface LoopReading {
  /** How late the loop was, each time it was looked at. Percentiles are right, what lies between them is filled in. */
  readonly delay: HistogramData;
  readonly activeSeconds: number;
  readonly idleSeconds: number;
  /** Pauses by what was collected. */
  readonly gc: readonly { readonly type: GcType; readonly pauses: HistogramData }[];
  /** Right now, in bytes. */
  readonly heapSpaces: readonly { readonly name: string; readonly bytes: number }[];
  readonly residentBytes: number;
}

/** The kinds of garbage collection, as OpenTelemetry calls them. */
export type GcType = "minor" | "major" | "incremental" | "weakcb";

const gcTypes: ReadonlyMap<number, GcType> = new Map([
  [constants.NODE_PERFORMANCE_GC_MINOR, "minor"],
  [constants.NODE_PERFORMANCE_GC_MAJOR, "major"],
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL, "incremental"],
  [constants.NODE_PERFORMANCE_GC_WEAKCB, "weakcb"],
]);

/** How often Node looks how late the loop is, in milliseconds. Its own figures contain it. */
const resolutionMs = 20;

/** Reads how the event loop of this thread does. For one reader: what it has taken, nobody else gets. */
export class LoopReader implements Disposable {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  readonly #pauses = new Map<GcType, Histogram>();
  readonly #collections = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { detail } = entry as PerformanceEntry & { detail?: NodeGCPerformanceDetail };
      this.#paused(detail?.kind, entry.duration);
    }
  });
  #utilization = performance.eventLoopUtilization();

  constructor() {
    this.#delay.enable();
    this.#collections.observe({ entryTypes: ["gc"] });
  }

  /** `longestStall`: what is known besides, in seconds. Node forgets a turn that is on when its figures are reset. */
  take(longestStall = 0): LoopReading {
    const utilization = performance.eventLoopUtilization();
    const { active, idle } = performance.eventLoopUtilization(utilization, this.#utilization);
    this.#utilization = utilization;
    const delay = lateness(this.#delay, longestStall);
    this.#delay.reset();
    const gc = Array.from(this.#pauses, ([type, pauses]) => ({ type, pauses: pauses.toData() }));
    this.#pauses.clear();
    return {
      delay,
      activeSeconds: active / 1000,
      idleSeconds: idle / 1000,
      gc,
      heapSpaces: getHeapSpaceStatistics().map((space) => ({
        name: space.space_name,
        bytes: space.space_used_size,
      })),
      residentBytes: process.memoryUsage.rss(),
    };
  }

  [Symbol.dispose](): void {
    this.#delay.disable();
    this.#collections.disconnect();
  }

  #paused(kind: number | undefined, ms: number): void {
    const type = gcTypes.get(kind ?? -1);
    if (type === undefined) return;
    let pauses = this.#pauses.get(type);
    if (pauses === undefined) {
      pauses = new Histogram();
      this.#pauses.set(type, pauses);
    }
    pauses.record(ms / 1000);
  }
}

// Node tells percentiles and not buckets: between two of them, all count as the upper one.
function lateness(intervals: IntervalHistogram, longestStall: number): HistogramData {
  const late = new Histogram();
  let seen = 0;
  for (const [percentile, nanoseconds] of intervals.percentiles) {
    const rank = Math.ceil((percentile / 100) * intervals.count);
    const seconds = Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000);
    for (; seen < rank; seen++) late.record(seconds);
  }
  // The sum is known: it need not be added up of what was filled in.
  if (late.count > 0) late.sum = Math.max(0, (intervals.mean / 1e9 - resolutionMs / 1000) * late.count);
  if (longestStall > late.max + resolutionMs / 1000) late.record(longestStall);
  return late.toData();
}
