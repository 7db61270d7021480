import { ValueType } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import type { HoldupObserver } from "@holdup/observer";
import { now } from "@holdup/primitives";
import { attribute, metric, scopeName } from "@holdup/protocol";
import type { LoopReader, LoopReading } from "./event-loop-reading.ts";
import type { Heartbeat } from "./event-loop-heartbeat.ts";
import { hrTime } from "./hr-time.ts";
import { histogram, level, sum, type TimeSpan } from "./metrics.ts";
import { version } from "./version.ts";

/**
 * The event loop, the garbage collector and the memory as a source of a metric reader, by OpenTelemetry's names where it has
 * some; and the waiting that the loop made longer. Always delta, so it belongs to one reader.
 */
export class EventLoopMetrics implements MetricProducer {
  readonly #reader: LoopReader;
  readonly #heartbeat: Heartbeat;
  readonly #observer: HoldupObserver;
  readonly #startTime = hrTime(now());
  #last = this.#startTime;

  constructor(reader: LoopReader, heartbeat: Heartbeat, observer: HoldupObserver) {
    this.#reader = reader;
    this.#heartbeat = heartbeat;
    this.#observer = observer;
  }

  // A producer that throws loses the whole export: tell the error instead.
  collect(): Promise<CollectionResult> {
    try {
      return Promise.resolve({ errors: [], resourceMetrics: this.#resourceMetrics() });
    } catch (error) {
      return Promise.resolve({
        errors: [error],
        resourceMetrics: { resource: emptyResource(), scopeMetrics: [] },
      });
    }
  }

  #resourceMetrics(): CollectionResult["resourceMetrics"] {
    const span = { startTime: this.#last, endTime: hrTime(now()) };
    this.#last = span.endTime;
    const stalls = this.#heartbeat.takeStalls();
    const reading = this.#reader.take(stalls.longestSeconds);
    const metrics = [
      ...loopMetrics(reading, span),
      ...gauges(reading, span),
      sum(metric.loopStalled, "s", ValueType.DOUBLE, [plain(stalls.seconds)], span),
      this.#stalledWaits(span),
      ...memoryMetrics(reading, { startTime: this.#startTime, endTime: span.endTime }),
    ].filter(({ dataPoints }) => dataPoints.length > 0);
    return {
      resource: emptyResource(),
      scopeMetrics: [{ scope: { name: scopeName, version }, metrics }],
    };
  }

  #stalledWaits(span: TimeSpan): MetricData {
    const points = this.#observer.takeStalledWaits().map(({ type, name, attributes, seconds }) => ({
      attributes: { ...attributes, [attribute.primitiveType]: type, [attribute.primitiveName]: name },
      value: seconds,
    }));
    return sum(metric.stalledDuration, "s", ValueType.DOUBLE, points, span);
  }
}

function loopMetrics({ delay, activeSeconds, idleSeconds, gc }: LoopReading, span: TimeSpan): MetricData[] {
  const states = [
    { attributes: { [attribute.loopState]: "active" }, value: activeSeconds },
    { attributes: { [attribute.loopState]: "idle" }, value: idleSeconds },
  ];
  const pauses = gc.map(({ type, pauses: value }) => ({ attributes: { [attribute.gcType]: type }, value }));
  return [
    histogram(metric.loopDelay, delay.count === 0 ? [] : [plain(delay)], span),
    sum(metric.loopTime, "s", ValueType.DOUBLE, states, span),
    histogram(metric.gcDuration, pauses, span),
  ];
}

function memoryMetrics({ heapSpaces, residentBytes }: LoopReading, span: TimeSpan): MetricData[] {
  const spaces = heapSpaces.map(({ name, bytes }) => ({
    attributes: { [attribute.heapSpace]: name },
    value: bytes,
  }));
  return [
    level(metric.heapUsed, "By", spaces, span),
    level(metric.memoryUsage, "By", [plain(residentBytes)], span),
  ];
}

// What OpenTelemetry's conventions for Node.js ask for, for whoever draws it from other receivers. These can't be added up over
// time or processes: Holdup's collector uses the histogram and the times.
function gauges({ delay, activeSeconds, idleSeconds }: LoopReading, span: TimeSpan): MetricData[] {
  const total = activeSeconds + idleSeconds;
  const utilization =
    total === 0 ? [] : [gauge("nodejs.eventloop.utilization", "1", activeSeconds / total, span)];
  if (delay.count === 0) return utilization;
  const late = new Map([
    ["min", delay.min],
    ["max", delay.max],
    ["mean", delay.sum / delay.count],
  ]);
  return [
    ...utilization,
    ...Array.from(late, ([name, value]) => gauge(`nodejs.eventloop.delay.${name}`, "s", value, span)),
  ];
}

function gauge(name: string, unit: string, value: number, span: TimeSpan): MetricData {
  return {
    descriptor: { name, description: "", unit, valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.GAUGE,
    dataPoints: [{ ...span, ...plain(value) }],
  };
}

function plain<Value>(value: Value): { attributes: Record<string, never>; value: Value } {
  return { attributes: {}, value };
}
