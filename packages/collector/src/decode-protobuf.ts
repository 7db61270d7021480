/** OTLP in protobuf. Field numbers are those of opentelemetry-proto 1.x. */

import { DecodeError } from "./decode-error.ts";
import { exponentialHistogram, temporality, type Buckets } from "./decode-point.ts";
import { explicitHistogram } from "./explicit-histogram.ts";
import { readKeyValue, readValue } from "./decode-protobuf-value.ts";
import { ProtobufReader } from "./protobuf.ts";
import type {
  Attributes,
  LogGroup,
  LogRecord,
  MetricGroup,
  HistogramPoint,
  Point,
  SumPoint,
  Span,
  SpanGroup,
  SpanLink,
  Value,
} from "./telemetry.ts";

const nanosecondsPerMillisecond = 1e6;

export function metricsFromProtobuf(body: Uint8Array): MetricGroup[] {
  return groups(body, readMetric).map(({ resource, scope, items }) => ({
    resource,
    scope,
    points: items.flat(),
  }));
}

export function spansFromProtobuf(body: Uint8Array): SpanGroup[] {
  return groups(body, readSpan).map(({ resource, scope, items }) => ({ resource, scope, spans: items }));
}

export function logsFromProtobuf(body: Uint8Array): LogGroup[] {
  return groups(body, readLogRecord).map(({ resource, scope, items }) => ({
    resource,
    scope,
    records: items,
  }));
}

interface Group<Item> {
  readonly resource: Attributes;
  readonly scope: string;
  readonly items: Item[];
}

// The three requests have one shape: resources, scopes in them, items in those.
function groups<Item>(body: Uint8Array, item: (reader: ProtobufReader) => Item): Group<Item>[] {
  const found: Group<Item>[] = [];
  const request = new ProtobufReader(body);
  while (request.next()) {
    if (request.field === 1) found.push(...resourceGroups(request.message(), item));
    else request.skip();
  }
  return found;
}

function resourceGroups<Item>(reader: ProtobufReader, item: (reader: ProtobufReader) => Item): Group<Item>[] {
  const resource = new Map<string, Value>();
  const scopes: { scope: string; items: Item[] }[] = [];
  while (reader.next()) {
    if (reader.field === 1) readResource(reader.message(), resource);
    else if (reader.field === 2) scopes.push(readScopeItems(reader.message(), item));
    else reader.skip();
  }
  return scopes.map(({ scope, items }) => ({ resource, scope, items }));
}

function readResource(reader: ProtobufReader, into: Map<string, Value>): void {
  while (reader.next()) {
    if (reader.field === 1) readKeyValue(reader.message(), into, 1);
    else reader.skip();
  }
}

function readScopeItems<Item>(
  reader: ProtobufReader,
  item: (reader: ProtobufReader) => Item,
): { scope: string; items: Item[] } {
  let scope = "";
  const items: Item[] = [];
  while (reader.next()) {
    if (reader.field === 1) scope = readScopeName(reader.message());
    else if (reader.field === 2) items.push(item(reader.message()));
    else reader.skip();
  }
  return { scope, items };
}

function readScopeName(reader: ProtobufReader): string {
  let name = "";
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else reader.skip();
  }
  return name;
}

function readMetric(reader: ProtobufReader): Point[] {
  let metric = "";
  let sum: ProtobufReader | undefined;
  let explicit: ProtobufReader | undefined;
  let exponential: ProtobufReader | undefined;
  while (reader.next()) {
    if (reader.field === 1) metric = reader.string();
    else if (reader.field === 7) sum = reader.message();
    else if (reader.field === 9) explicit = reader.message();
    else if (reader.field === 10) exponential = reader.message();
    else reader.skip();
  }
  // The name may follow the data, so the points are read once all is seen.
  if (sum !== undefined) return readSum(sum, metric);
  if (exponential !== undefined) return readHistogram(exponential, metric);
  if (explicit === undefined) return [];
  return readHistogram(explicit, metric, readExplicitPoint).map((point) => ({ ...point, approximate: true }));
}

function readSum(reader: ProtobufReader, metric: string): Point[] {
  const points: NumberPoint[] = [];
  let kind = 0;
  let monotonic = false;
  while (reader.next()) {
    if (reader.field === 1) points.push(readNumberPoint(reader.message()));
    else if (reader.field === 2) kind = reader.uint();
    else if (reader.field === 3) monotonic = reader.bool();
    else reader.skip();
  }
  return points.map(({ attributes, startTime, time, value }) => ({
    kind: "sum",
    metric,
    temporality: temporality(kind),
    monotonic,
    attributes,
    startTime,
    time,
    value,
  }));
}

type NumberPoint = Pick<SumPoint, "attributes" | "startTime" | "time" | "value">;

function readNumberPoint(reader: ProtobufReader): NumberPoint {
  const attributes = new Map<string, Value>();
  const point = { attributes, startTime: 0, time: 0, value: 0 };
  while (reader.next()) {
    if (reader.field === 7) readKeyValue(reader.message(), attributes, 1);
    else if (reader.field === 2) point.startTime = readTime(reader);
    else if (reader.field === 3) point.time = readTime(reader);
    else if (reader.field === 4) point.value = reader.double();
    else if (reader.field === 6) point.value = reader.sfixed64();
    else reader.skip();
  }
  return point;
}

function readHistogram(
  reader: ProtobufReader,
  metric: string,
  readPoint: (reader: ProtobufReader) => DistributionPoint = readHistogramPoint,
): HistogramPoint[] {
  const points: DistributionPoint[] = [];
  let kind = 0;
  while (reader.next()) {
    if (reader.field === 1) points.push(readPoint(reader.message()));
    else if (reader.field === 2) kind = reader.uint();
    else reader.skip();
  }
  return points.map(({ attributes, startTime, time, value }) => ({
    kind: "histogram",
    metric,
    temporality: temporality(kind),
    attributes,
    startTime,
    time,
    value,
  }));
}

type DistributionPoint = Pick<HistogramPoint, "attributes" | "startTime" | "time" | "value">;

function readHistogramPoint(reader: ProtobufReader): DistributionPoint {
  const attributes = new Map<string, Value>();
  let startTime = 0;
  let time = 0;
  let sum = 0;
  let min: number | undefined;
  let max: number | undefined;
  let scale = 0;
  let zeroCount = 0;
  let positive: Buckets = noBuckets;
  let negative: Buckets = noBuckets;
  while (reader.next()) {
    if (reader.field === 1) readKeyValue(reader.message(), attributes, 1);
    else if (reader.field === 2) startTime = readTime(reader);
    else if (reader.field === 3) time = readTime(reader);
    else if (reader.field === 5) sum = reader.double();
    else if (reader.field === 6) scale = reader.sint32();
    else if (reader.field === 7) zeroCount = reader.fixed64();
    else if (reader.field === 8) positive = readBuckets(reader.message());
    else if (reader.field === 9) negative = readBuckets(reader.message());
    else if (reader.field === 12) min = reader.double();
    else if (reader.field === 13) max = reader.double();
    else reader.skip();
  }
  const value = exponentialHistogram({ sum, min, max, scale, zeroCount, positive, negative });
  return { attributes, startTime, time, value };
}

function readExplicitPoint(reader: ProtobufReader): DistributionPoint {
  const attributes = new Map<string, Value>();
  const bounds: number[] = [];
  const counts: number[] = [];
  let startTime = 0;
  let time = 0;
  let count = 0;
  let sum = 0;
  let min: number | undefined;
  let max: number | undefined;
  while (reader.next()) {
    if (reader.field === 2) startTime = readTime(reader);
    else if (reader.field === 3) time = readTime(reader);
    else if (reader.field === 4) count = reader.fixed64();
    else if (reader.field === 5) sum = reader.double();
    else if (reader.field === 6) reader.fixed64s(counts);
    else if (reader.field === 7) reader.doubles(bounds);
    else if (reader.field === 9) readKeyValue(reader.message(), attributes, 1);
    else if (reader.field === 11) min = reader.double();
    else if (reader.field === 12) max = reader.double();
    else reader.skip();
  }
  const value = explicitHistogram({ count, sum, min, max, bounds, counts });
  return { attributes, startTime, time, value };
}

const noBuckets: Buckets = { offset: 0, counts: [] };

function readBuckets(reader: ProtobufReader): Buckets {
  const counts: number[] = [];
  let offset = 0;
  while (reader.next()) {
    if (reader.field === 1) offset = reader.sint32();
    else if (reader.field === 2) reader.uints(counts);
    else reader.skip();
  }
  return { offset, counts };
}

function readSpan(reader: ProtobufReader): Span {
  const attributes = new Map<string, Value>();
  const links: SpanLink[] = [];
  let traceId = "";
  let spanId = "";
  let parentSpanId = "";
  let name = "";
  let startTime = 0;
  let endTime = 0;
  while (reader.next()) {
    if (reader.field === 1) traceId = readId(reader, "traceId", 16);
    else if (reader.field === 2) spanId = readId(reader, "spanId", 8);
    else if (reader.field === 4) parentSpanId = readId(reader, "parentSpanId", 8);
    else if (reader.field === 5) name = reader.string();
    else if (reader.field === 7) startTime = readTime(reader);
    else if (reader.field === 8) endTime = readTime(reader);
    else if (reader.field === 9) readKeyValue(reader.message(), attributes, 1);
    else if (reader.field === 13) links.push(readLink(reader.message()));
    else reader.skip();
  }
  return { traceId, spanId, parentSpanId, name, startTime, endTime, attributes, links };
}

function readLink(reader: ProtobufReader): SpanLink {
  const attributes = new Map<string, Value>();
  let traceId = "";
  let spanId = "";
  while (reader.next()) {
    if (reader.field === 1) traceId = readId(reader, "traceId", 16);
    else if (reader.field === 2) spanId = readId(reader, "spanId", 8);
    else if (reader.field === 4) readKeyValue(reader.message(), attributes, 1);
    else reader.skip();
  }
  return { traceId, spanId, attributes };
}

function readLogRecord(reader: ProtobufReader): LogRecord {
  const attributes = new Map<string, Value>();
  let eventName = "";
  let time = 0;
  let observedTime = 0;
  let body: Value = null;
  while (reader.next()) {
    if (reader.field === 1) time = readTime(reader);
    else if (reader.field === 11) observedTime = readTime(reader);
    else if (reader.field === 5) body = readValue(reader.message(), 1);
    else if (reader.field === 6) readKeyValue(reader.message(), attributes, 1);
    else if (reader.field === 12) eventName = reader.string();
    else reader.skip();
  }
  return { eventName, time: time === 0 ? observedTime : time, attributes, body };
}

function readTime(reader: ProtobufReader): number {
  return reader.fixed64() / nanosecondsPerMillisecond;
}

function readId(reader: ProtobufReader, field: string, sizeBytes: number): string {
  const bytes = reader.bytes();
  if (bytes.length !== 0 && bytes.length !== sizeBytes) {
    throw new DecodeError(`A ${field} has ${bytes.length} bytes instead of ${sizeBytes}.`);
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
