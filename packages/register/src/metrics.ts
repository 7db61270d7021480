import { ValueType, type Attributes, type HrTime } from "@opentelemetry/api";
import { emptyResource } from "@opentelemetry/resources";
import {
  AggregationTemporality,
  DataPointType,
  type CollectionResult,
  type DataPoint,
  type ExponentialHistogram,
  type MetricData,
  type MetricProducer,
} from "@opentelemetry/sdk-metrics";
import type { HoldupObserver, Measurement, QueueLevel, Site } from "@holdup/observer";
import { now } from "@holdup/primitives";
import { attribute, metric, notSampled, scopeName, type HistogramData } from "@holdup/protocol";
import { errorType } from "./error-type.ts";
import { hrTime } from "./hr-time.ts";
import { version } from "./version.ts";

/**
 * The observer's measurements as a source of a metric reader: exact exponential histograms without a
 * call of the SDK where things happen. Always delta, so it belongs to one reader.
 */
export class ObserverMetrics implements MetricProducer {
  readonly #observer: HoldupObserver;
  readonly #measured: (measurements: readonly Measurement[]) => void;
  readonly #startTime: HrTime;
  #last: HrTime;

  /** `measured` is called with what is collected. */
  constructor(observer: HoldupObserver, measured: (measurements: readonly Measurement[]) => void = () => {}) {
    this.#observer = observer;
    this.#measured = measured;
    this.#startTime = hrTime(now());
    this.#last = this.#startTime;
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
    const startTime = this.#last;
    const endTime = hrTime(now());
    this.#last = endTime;
    const measurements = this.#observer.collect();
    this.#measured(measurements);
    const delta = { startTime, endTime };
    const cumulative = { startTime: this.#startTime, endTime };
    const metrics: MetricData[] = [
      histogram(metric.waitDuration, measurements.flatMap(waits), delta),
      histogram(metric.holdDuration, measurements.flatMap(holds), delta),
      histogram(metric.handoffDuration, measurements.flatMap(handoffs), delta),
      sum(metric.operations, "{operation}", ValueType.INT, measurements.flatMap(operations), delta),
      sum(metric.blameDuration, "s", ValueType.DOUBLE, measurements.flatMap(blame), delta),
      sum(metric.holdActivityDuration, "s", ValueType.DOUBLE, measurements.flatMap(activities), delta),
      sum(metric.holdsExplained, "{hold}", ValueType.INT, measurements.flatMap(explained), delta),
      level(metric.waiters, "{waiter}", measurements.map(current("waiters")), cumulative),
      level(metric.holders, "{holder}", measurements.map(current("holders")), cumulative),
      level(metric.permitsLimit, "{permit}", measurements.map(current("limit")), cumulative),
      level(metric.queueSize, "{item}", measurements.flatMap(queued("size")), cumulative),
      level(metric.queueCapacity, "{item}", measurements.flatMap(queued("capacity")), cumulative),
      ...this.#losses(cumulative),
    ].filter(({ dataPoints }) => dataPoints.length > 0);
    return {
      resource: emptyResource(),
      scopeMetrics: metrics.length === 0 ? [] : [{ scope: { name: scopeName, version }, metrics }],
    };
  }

  #losses(span: TimeSpan): MetricData[] {
    const { spans, sites } = this.#observer.losses;
    return [
      level(metric.spansDropped, "{span}", [{ attributes: {}, value: spans }], span, true),
      level(metric.sitesDropped, "{site}", [{ attributes: {}, value: sites }], span, true),
    ].filter(({ dataPoints }) => dataPoints.some(({ value }) => (value as number) > 0));
  }
}

/** The time that a point covers. */
export interface TimeSpan {
  readonly startTime: HrTime;
  readonly endTime: HrTime;
}

/** One value of a metric. */
export interface Point<Value> {
  readonly attributes: Attributes;
  readonly value: Value;
}

function identity({ type, name, attributes }: Measurement): Attributes {
  return { ...attributes, [attribute.primitiveType]: type, [attribute.primitiveName]: name };
}

function* operationPoints(
  measurement: Measurement,
): Generator<Point<HistogramData> & { contended: boolean }> {
  for (const { operation, outcome, site, uncontended, waits: waited } of measurement.operations) {
    const attributes = {
      ...identity(measurement),
      ...siteAttributes(site),
      [attribute.operationName]: operation,
      [attribute.outcome]: outcome,
      ...errorType(outcome),
    };
    if (uncontended > 0) yield { attributes, value: zeros(uncontended), contended: false };
    if (waited.count > 0) yield { attributes, value: waited, contended: true };
  }
}

function waits(measurement: Measurement): Point<HistogramData>[] {
  return Array.from(operationPoints(measurement), ({ attributes, value, contended }) => ({
    attributes: { ...attributes, [attribute.contended]: contended },
    value,
  }));
}

function operations(measurement: Measurement): Point<number>[] {
  const points = new Map<string, { attributes: Attributes; value: number }>();
  for (const { attributes, value, contended } of operationPoints(measurement)) {
    const operation = attributes[attribute.operationName];
    const outcome = attributes[attribute.outcome];
    const key = `${String(operation)} ${String(outcome)} ${contended}`;
    const point = points.get(key) ?? {
      attributes: {
        ...identity(measurement),
        [attribute.operationName]: operation,
        [attribute.outcome]: outcome,
        ...errorType(outcome),
        [attribute.contended]: contended,
      },
      value: 0,
    };
    point.value += value.count;
    points.set(key, point);
  }
  return [...points.values()];
}

function holds(measurement: Measurement): Point<HistogramData>[] {
  return measurement.holds.map(({ site, durations }) => ({
    // Not left out: without a site it would be the row of what nobody held.
    attributes: { ...identity(measurement), ...siteAttributes(site ?? unknownSite) },
    value: durations,
  }));
}

function handoffs(measurement: Measurement): Point<HistogramData>[] {
  return measurement.handoffs.count === 0
    ? []
    : [{ attributes: identity(measurement), value: measurement.handoffs }];
}

function blame(measurement: Measurement): Point<number>[] {
  return measurement.blame.map(({ waiter, holder, seconds }) => ({
    attributes: { ...identity(measurement), ...siteAttributes(waiter), ...holderAttributes(holder) },
    value: seconds,
  }));
}

function activities(measurement: Measurement): Point<number>[] {
  return measurement.activities.flatMap(({ site, activities: done }) =>
    done.map(({ name, seconds }) => ({
      attributes: {
        ...identity(measurement),
        ...holderAttributes(site),
        [attribute.holdActivity]: name,
      },
      value: seconds,
    })),
  );
}

function explained(measurement: Measurement): Point<number>[] {
  return measurement.activities.map(({ site, holds: count }) => ({
    attributes: { ...identity(measurement), ...holderAttributes(site) },
    value: count,
  }));
}

function current(what: "waiters" | "holders" | "limit"): (measurement: Measurement) => Point<number> {
  return (measurement) => ({ attributes: identity(measurement), value: measurement[what] });
}

function queued(what: keyof QueueLevel): (measurement: Measurement) => Point<number>[] {
  return (measurement) => {
    const value = measurement.queue?.[what];
    // No bound is no capacity of 0.
    const isTold = value !== undefined && (what === "size" || value > 0);
    return isTold ? [{ attributes: identity(measurement), value }] : [];
  };
}

function siteAttributes(site: Site | null): Attributes {
  if (site === null) return {};
  return {
    [attribute.functionName]: site.functionName,
    [attribute.filePath]: site.filePath,
    [attribute.lineNumber]: site.lineNumber,
  };
}

// No holder site means that nobody held. A holder whose site was not looked up did hold.
function holderAttributes(holder: Site | null | "nobody"): Attributes {
  if (holder === "nobody") return {};
  const { functionName, filePath, lineNumber } = holder ?? unknownSite;
  return {
    [attribute.holderFunctionName]: functionName,
    [attribute.holderFilePath]: filePath,
    [attribute.holderLineNumber]: lineNumber,
  };
}

const unknownSite: Site = { functionName: notSampled, filePath: notSampled, lineNumber: 0 };

function zeros(count: number): HistogramData {
  return { count, sum: 0, min: 0, max: 0, zeroCount: count, scale: 4, offset: 0, counts: [] };
}

/** Exponential histograms of seconds, delta. */
export function histogram(name: string, points: Point<HistogramData>[], span: TimeSpan): MetricData {
  return {
    descriptor: { name, description: "", unit: "s", valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.DELTA,
    dataPointType: DataPointType.EXPONENTIAL_HISTOGRAM,
    dataPoints: points.map(({ attributes, value }) => ({ ...span, attributes, value: exponential(value) })),
  };
}

function exponential(data: HistogramData): ExponentialHistogram {
  const { count, sum: total, min, max, scale, zeroCount, offset } = data;
  // A plain array: as JSON a typed one would be written as an object.
  const bucketCounts = Array.from(data.counts);
  return {
    count,
    sum: total,
    min,
    max,
    scale,
    zeroCount,
    positive: { offset, bucketCounts },
    negative: { offset: 0, bucketCounts: [] },
  };
}

/** What only grows, delta. */
export function sum(
  name: string,
  unit: string,
  valueType: ValueType,
  points: Point<number>[],
  span: TimeSpan,
): MetricData {
  return {
    descriptor: { name, description: "", unit, valueType },
    aggregationTemporality: AggregationTemporality.DELTA,
    dataPointType: DataPointType.SUM,
    isMonotonic: true,
    dataPoints: timed(points, span),
  };
}

/** What is so now, or since the start. */
export function level(
  name: string,
  unit: string,
  points: Point<number>[],
  span: TimeSpan,
  isMonotonic = false,
): MetricData {
  return {
    descriptor: { name, description: "", unit, valueType: ValueType.INT },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
    dataPointType: DataPointType.SUM,
    isMonotonic,
    dataPoints: timed(points, span),
  };
}

function timed(points: Point<number>[], span: TimeSpan): DataPoint<number>[] {
  return points.map(({ attributes, value }) => ({ ...span, attributes, value }));
}
