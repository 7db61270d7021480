/** OTLP in JSON: protobuf's JSON mapping, but ids in hex. Unknown fields are ignored, null is absent. */

import { attribute, type HistogramData } from "@holdup/protocol";
import { textOf } from "./attributes.ts";
import { DecodeError } from "./decode-error.ts";
import { maxValueDepth } from "./decode-limits.ts";
import { exponentialHistogram, temporality, type Buckets } from "./decode-point.ts";
import { explicitHistogram } from "./explicit-histogram.ts";
import { JsonNode } from "./json-node.ts";
import { SpanAttributesDraft, spanAttributeNumber, type SpanAttributes } from "./span-attributes.ts";
import { SpanColumns } from "./span-columns.ts";
import type {
  Attributes,
  LogGroup,
  LogRecord,
  MetricGroup,
  Point,
  Span,
  SpanGroup,
  Value,
} from "./telemetry.ts";

const nanosecondsPerMillisecond = 1e6;

const temporalities = [
  "AGGREGATION_TEMPORALITY_UNSPECIFIED",
  "AGGREGATION_TEMPORALITY_DELTA",
  "AGGREGATION_TEMPORALITY_CUMULATIVE",
];
const spanKinds = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"].map(
  (kind) => `SPAN_KIND_${kind}`,
);
const statusCodes = ["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"];
const severities = [
  "SEVERITY_NUMBER_UNSPECIFIED",
  ...["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"].flatMap((level) =>
    ["", "2", "3", "4"].map((step) => `SEVERITY_NUMBER_${level}${step}`),
  ),
];

export function metricsFromJson(body: Uint8Array): MetricGroup[] {
  return groups(body, "resourceMetrics", "scopeMetrics", "metrics", readMetric).map(
    ({ resource, scope, items }) => ({
      resource,
      scope,
      points: items.flat(),
    }),
  );
}

export function spansFromJson(body: Uint8Array): SpanGroup[] {
  return groups(body, "resourceSpans", "scopeSpans", "spans", readSpan).map(({ resource, scope, items }) => {
    const spans = new SpanColumns();
    for (const span of items) spans.add(span);
    return { resource, scope, spans };
  });
}

export function logsFromJson(body: Uint8Array): LogGroup[] {
  return groups(body, "resourceLogs", "scopeLogs", "logRecords", readLogRecord).map(
    ({ resource, scope, items }) => ({
      resource,
      scope,
      records: items,
    }),
  );
}

interface Group<Item> {
  readonly resource: Attributes;
  readonly scope: string;
  readonly items: Item[];
}

// The three requests have one shape: resources, scopes in them, items in those.
function groups<Item>(
  body: Uint8Array,
  resources: string,
  scopes: string,
  items: string,
  item: (node: JsonNode) => Item,
): Group<Item>[] {
  return JsonNode.parse(body)
    .list(resources)
    .flatMap((resource) => {
      const attributes = readAttributes(resource.object("resource"));
      return resource.list(scopes).map((scope) => ({
        resource: attributes,
        scope: scope.object("scope")?.string("name") ?? "",
        items: scope.list(items).map(item),
      }));
    });
}

function readMetric(node: JsonNode): Point[] {
  const metric = node.string("name") ?? "";
  const sum = node.object("sum");
  if (sum !== undefined) return readSum(sum, metric);
  const exponential = node.object("exponentialHistogram");
  if (exponential !== undefined) return readHistogram(exponential, metric);
  const explicit = node.object("histogram");
  return explicit === undefined ? [] : readExplicitHistogram(explicit, metric);
}

function readSum(node: JsonNode, metric: string): Point[] {
  const kind = temporality(node.enumeration("aggregationTemporality", temporalities));
  const monotonic = node.boolean("isMonotonic") ?? false;
  return node.list("dataPoints").map((point) => ({
    kind: "sum",
    metric,
    temporality: kind,
    monotonic,
    attributes: readAttributes(point),
    startTime: readTime(point, "startTimeUnixNano"),
    time: readTime(point, "timeUnixNano"),
    value: point.double("asDouble") ?? point.integer("asInt") ?? 0,
  }));
}

function readHistogram(node: JsonNode, metric: string): Point[] {
  const kind = temporality(node.enumeration("aggregationTemporality", temporalities));
  return node.list("dataPoints").map((point) => ({
    kind: "histogram",
    metric,
    temporality: kind,
    attributes: readAttributes(point),
    startTime: readTime(point, "startTimeUnixNano"),
    time: readTime(point, "timeUnixNano"),
    value: readDistribution(point),
  }));
}

function readDistribution(point: JsonNode): HistogramData {
  return exponentialHistogram({
    sum: point.double("sum") ?? 0,
    min: point.double("min"),
    max: point.double("max"),
    scale: point.integer("scale") ?? 0,
    zeroCount: point.unsigned("zeroCount") ?? 0,
    positive: readBuckets(point.object("positive")),
    negative: readBuckets(point.object("negative")),
  });
}

function readExplicitHistogram(node: JsonNode, metric: string): Point[] {
  const kind = temporality(node.enumeration("aggregationTemporality", temporalities));
  return node.list("dataPoints").map((point) => ({
    kind: "histogram",
    approximate: true,
    metric,
    temporality: kind,
    attributes: readAttributes(point),
    startTime: readTime(point, "startTimeUnixNano"),
    time: readTime(point, "timeUnixNano"),
    value: explicitHistogram({
      count: point.unsigned("count") ?? 0,
      sum: point.double("sum") ?? 0,
      min: point.double("min"),
      max: point.double("max"),
      bounds: point.doubleList("explicitBounds"),
      counts: point.unsignedList("bucketCounts"),
    }),
  }));
}

function readBuckets(node: JsonNode | undefined): Buckets {
  return { offset: node?.integer("offset") ?? 0, counts: node?.unsignedList("bucketCounts") ?? [] };
}

function readSpan(node: JsonNode): Span {
  // Not consumed, but a name that no version knows is an error of the sender.
  node.enumeration("kind", spanKinds);
  node.object("status")?.enumeration("code", statusCodes);
  return {
    traceId: node.hex("traceId", 32),
    spanId: node.hex("spanId", 16),
    parentSpanId: node.hex("parentSpanId", 16),
    name: node.string("name") ?? "",
    startTime: readTime(node, "startTimeUnixNano"),
    endTime: readTime(node, "endTimeUnixNano"),
    attributes: readSpanAttributes(node.list("attributes")),
    links: node.list("links").map((link) => ({
      traceId: link.hex("traceId", 32),
      spanId: link.hex("spanId", 16),
      type: textOf(readAttributes(link), attribute.linkType),
    })),
  };
}

function readSpanAttributes(nodes: readonly JsonNode[]): SpanAttributes {
  const attributes = new SpanAttributesDraft();
  attributes.count = nodes.length;
  for (const [key, value] of readKeyValues(nodes, 1)) attributes.set(spanAttributeNumber(key), value);
  return attributes;
}

function readLogRecord(node: JsonNode): LogRecord {
  node.enumeration("severityNumber", severities);
  const time = readTime(node, "timeUnixNano");
  return {
    eventName: node.string("eventName") ?? "",
    time: time === 0 ? readTime(node, "observedTimeUnixNano") : time,
    attributes: readAttributes(node),
    body: readValue(node.object("body"), 1),
  };
}

function readTime(node: JsonNode, name: string): number {
  return (node.unsigned(name) ?? 0) / nanosecondsPerMillisecond;
}

function readAttributes(node: JsonNode | undefined): Attributes {
  return readKeyValues(node?.list("attributes") ?? [], 1);
}

function readKeyValues(nodes: readonly JsonNode[], depth: number): Attributes {
  const values = new Map<string, Value>();
  for (const node of nodes) values.set(node.string("key") ?? "", readValue(node.object("value"), depth));
  return values;
}

function readValue(node: JsonNode | undefined, depth: number): Value {
  if (depth > maxValueDepth) throw new DecodeError(`A value is nested more than ${maxValueDepth} deep.`);
  if (node === undefined) return null;
  const plain =
    node.string("stringValue") ??
    node.boolean("boolValue") ??
    node.integer("intValue") ??
    node.double("doubleValue") ??
    node.base64("bytesValue");
  if (plain !== undefined) return plain;
  const array = node.object("arrayValue");
  if (array !== undefined) return array.list("values").map((value) => readValue(value, depth + 1));
  const list = node.object("kvlistValue");
  return list === undefined ? null : readKeyValues(list.list("values"), depth + 1);
}
