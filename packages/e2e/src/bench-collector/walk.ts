/** What the official classes read, walked into what the collector's own decoder gives. */

import { attribute } from "@holdup/protocol";
import { exponentialHistogram, temporality } from "../../../collector/src/decode-point.ts";
import {
  SpanAttributesDraft,
  spanAttributeNumber,
  unread,
  type SpanAttributes,
} from "../../../collector/src/span-attributes.ts";
import { figure, SpanColumns } from "../../../collector/src/span-columns.ts";
import { SpanFacts } from "../../../collector/src/span-facts.ts";
import type { Attributes, MetricGroup, Point, SpanGroup, Value } from "../../../collector/src/telemetry.ts";
import type {
  Long,
  ReadAttribute,
  ReadBuckets,
  ReadHistogramPoint,
  ReadMetric,
  ReadMetrics,
  ReadSpan,
  ReadSpans,
  ReadValue,
} from "./messages.ts";

const nanosecondsPerMillisecond = 1e6;

export function walkSpans({ resourceSpans }: ReadSpans): SpanGroup[] {
  const groups: SpanGroup[] = [];
  for (const { resource, scopeSpans } of resourceSpans) {
    const said = attributes(resource?.attributes ?? []);
    for (const { scope, spans } of scopeSpans) {
      groups.push({ resource: said, scope: scope?.name ?? "", spans: columns(spans) });
    }
  }
  return groups;
}

export function walkMetrics({ resourceMetrics }: ReadMetrics): MetricGroup[] {
  const groups: MetricGroup[] = [];
  for (const { resource, scopeMetrics } of resourceMetrics) {
    const said = attributes(resource?.attributes ?? []);
    for (const { scope, metrics } of scopeMetrics) {
      const found: Point[] = [];
      for (const one of metrics) points(one, found);
      groups.push({ resource: said, scope: scope?.name ?? "", points: found });
    }
  }
  return groups;
}

function columns(spans: readonly ReadSpan[]): SpanColumns {
  const into = new SpanColumns();
  for (const span of spans) add(into, span);
  return into;
}

function add(into: SpanColumns, read: ReadSpan): void {
  // The classes give out their ids as stretches of the body.
  const view = bodyOf(read.traceId);
  const said = spanAttributes(read.attributes);
  into.open();
  into.setTraceId(view, read.traceId.byteOffset);
  into.setSpanId(view, read.spanId.byteOffset);
  if (read.parentSpanId.length > 0) into.setParentSpanId(view, read.parentSpanId.byteOffset);
  into.setFigure(figure.start, time(read.startTimeUnixNano));
  into.setFigure(figure.end, time(read.endTimeUnixNano));
  into.setFigure(figure.blocked, said.blocked ?? Number.NaN);
  into.setFigure(figure.handoff, said.handoff);
  into.setFigure(figure.permits, said.permitsRequested);
  into.setFigure(figure.probability, said.samplingProbability);
  for (const link of read.links) {
    into.addLink(view, link.traceId.byteOffset, link.spanId.byteOffset, linkType(link.attributes));
  }
  into.close(new SpanFacts(read.name, said), said.task);
}

let body: DataView = new DataView(new ArrayBuffer(0));

function bodyOf({ buffer }: Uint8Array): DataView {
  if (body.buffer !== buffer) body = new DataView(buffer);
  return body;
}

function spanAttributes(list: readonly ReadAttribute[]): SpanAttributes {
  const all = new SpanAttributesDraft();
  all.count = list.length;
  for (const { key, value } of list) {
    const at = spanAttributeNumber(key);
    if (at !== unread) all.set(at, plain(value));
  }
  return all;
}

function linkType(list: readonly ReadAttribute[]): string {
  const value = list.find(({ key }) => key === attribute.linkType)?.value;
  return value?.stringValue ?? "";
}

function points({ name: metric, sum, exponentialHistogram: histogram }: ReadMetric, into: Point[]): void {
  for (const point of sum?.dataPoints ?? []) {
    into.push({
      kind: "sum",
      metric,
      temporality: temporality(sum?.aggregationTemporality ?? 0),
      monotonic: sum?.isMonotonic ?? false,
      attributes: attributes(point.attributes),
      startTime: time(point.startTimeUnixNano),
      time: time(point.timeUnixNano),
      value: point.asDouble ?? number(point.asInt ?? 0),
    });
  }
  for (const point of histogram?.dataPoints ?? []) {
    into.push({
      kind: "histogram",
      metric,
      temporality: temporality(histogram?.aggregationTemporality ?? 0),
      attributes: attributes(point.attributes),
      startTime: time(point.startTimeUnixNano),
      time: time(point.timeUnixNano),
      value: distribution(point),
    });
  }
}

function distribution(point: ReadHistogramPoint): ReturnType<typeof exponentialHistogram> {
  return exponentialHistogram({
    sum: point.sum ?? 0,
    min: point.min ?? undefined,
    max: point.max ?? undefined,
    scale: point.scale,
    zeroCount: number(point.zeroCount),
    positive: side(point.positive),
    negative: side(point.negative),
  });
}

function side(read: ReadBuckets | null | undefined): { offset: number; counts: number[] } {
  return { offset: read?.offset ?? 0, counts: (read?.bucketCounts ?? []).map(number) };
}

function attributes(list: readonly ReadAttribute[]): Attributes {
  const all = new Map<string, Value>();
  for (const { key, value } of list) all.set(key, plain(value));
  return all;
}

// Holdup's attributes are of these kinds only.
function plain(read: ReadValue | null | undefined): Value {
  if (read === undefined || read === null) return null;
  if (typeof read.stringValue === "string") return read.stringValue;
  if (typeof read.boolValue === "boolean") return read.boolValue;
  if (typeof read.doubleValue === "number") return read.doubleValue;
  return read.intValue === undefined || read.intValue === null ? null : number(read.intValue);
}

function number(read: Long): number {
  return typeof read === "number" ? read : read.toNumber();
}

function time(read: Long): number {
  return number(read) / nanosecondsPerMillisecond;
}
