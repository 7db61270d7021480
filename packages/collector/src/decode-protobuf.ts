/** OTLP in protobuf. Field numbers are those of opentelemetry-proto 1.x. */

import { attribute } from "@holdup/protocol";
import { DecodeError } from "./decode-error.ts";
import { exponentialHistogram, temporality, type Buckets } from "./decode-point.ts";
import { explicitHistogram } from "./explicit-histogram.ts";
import { textIn } from "./attributes.ts";
import { noAttributes, readAttributes, readValue } from "./decode-protobuf-value.ts";
import { takeSpan } from "./decode-span.ts";
import { ProtobufReader } from "./protobuf.ts";
import { SpanAttributesDraft, spanAttributeNumber, unread } from "./span-attributes.ts";
import { SpanColumns } from "./span-columns.ts";
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
  return groups(body, newList<Point>, readMetric).map(({ resource, scope, items }) => ({
    resource,
    scope,
    points: items,
  }));
}

/** A span of Holdup's takes some more. */
const spanBytes = 512;

export function spansFromProtobuf(body: Uint8Array): SpanGroup[] {
  return groups(body, () => new SpanColumns(body.length / spanBytes), readSpanInto).map(
    ({ resource, scope, items }) => ({
      resource,
      scope,
      spans: items,
    }),
  );
}

export function logsFromProtobuf(body: Uint8Array): LogGroup[] {
  return groups(body, newList<LogRecord>, readLogRecord).map(({ resource, scope, items }) => ({
    resource,
    scope,
    records: items,
  }));
}

/** The items of one scope, a list of whatever kind. */
interface Group<Items> {
  readonly resource: Attributes;
  readonly scope: string;
  readonly items: Items;
}

/** Makes a list for the items of a scope. */
type NewList<Items> = () => Items;
/** Reads the item in this field into such a list. */
type ReadInto<Items> = (reader: ProtobufReader, into: Items) => void;

function newList<Item>(): Item[] {
  return [];
}

// The three requests have one shape: resources, scopes in them, items in those.
function groups<Items>(body: Uint8Array, list: NewList<Items>, read: ReadInto<Items>): Group<Items>[] {
  const found: Group<Items>[] = [];
  const request = new ProtobufReader(body);
  while (request.next()) {
    if (request.field === 1) found.push(...resourceGroups(request, list, read));
    else request.skip();
  }
  return found;
}

function resourceGroups<Items>(
  reader: ProtobufReader,
  list: NewList<Items>,
  read: ReadInto<Items>,
): Group<Items>[] {
  let resource = noAttributes;
  const scopes: Omit<Group<Items>, "resource">[] = [];
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) resource = readResource(reader, resource);
    else if (reader.field === 2) scopes.push(readScopeItems(reader, list(), read));
    else reader.skip();
  }
  reader.leave(outer);
  return scopes.map(({ scope, items }) => ({ resource, scope, items }));
}

function readResource(reader: ProtobufReader, before: Attributes): Attributes {
  let attributes = before;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) attributes = readAttributes(reader, attributes);
    else reader.skip();
  }
  reader.leave(outer);
  return attributes;
}

function readScopeItems<Items>(
  reader: ProtobufReader,
  items: Items,
  read: ReadInto<Items>,
): Omit<Group<Items>, "resource"> {
  let scope = "";
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) scope = readScopeName(reader);
    else if (reader.field === 2) read(reader, items);
    else reader.skip();
  }
  reader.leave(outer);
  return { scope, items };
}

function readScopeName(reader: ProtobufReader): string {
  let name = "";
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) name = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  return name;
}

/** A point whose metric is still being read: its name and temporality may follow it. */
type Draft<Kind extends Point> = { -readonly [Name in keyof Kind]: Kind[Name] };

function readMetric(reader: ProtobufReader, into: Point[]): void {
  let metric = "";
  let sums: Draft<SumPoint>[] | undefined;
  let explicit: Draft<HistogramPoint>[] | undefined;
  let exponential: Draft<HistogramPoint>[] | undefined;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) metric = reader.string();
    else if (reader.field === 7) sums = readSum(reader);
    else if (reader.field === 9) explicit = readHistogram(reader, readExplicitPoint);
    else if (reader.field === 10) exponential = readHistogram(reader, readHistogramPoint);
    else reader.skip();
  }
  reader.leave(outer);
  const points = sums ?? exponential ?? explicit ?? [];
  for (const point of points) {
    point.metric = metric;
    into.push(point);
  }
}

function readSum(reader: ProtobufReader): Draft<SumPoint>[] {
  const points: Draft<SumPoint>[] = [];
  let kind = 0;
  let monotonic = false;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) points.push(readNumberPoint(reader));
    else if (reader.field === 2) kind = reader.uint();
    else if (reader.field === 3) monotonic = reader.bool();
    else reader.skip();
  }
  reader.leave(outer);
  for (const point of points) {
    point.temporality = temporality(kind);
    point.monotonic = monotonic;
  }
  return points;
}

function readNumberPoint(reader: ProtobufReader): Draft<SumPoint> {
  let attributes = noAttributes;
  let startTime = 0;
  let time = 0;
  let value = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 7) attributes = readAttributes(reader, attributes);
    else if (reader.field === 2) startTime = readTime(reader);
    else if (reader.field === 3) time = readTime(reader);
    else if (reader.field === 4) value = reader.double();
    else if (reader.field === 6) value = reader.sfixed64();
    else reader.skip();
  }
  reader.leave(outer);
  return {
    kind: "sum",
    metric: "",
    temporality: "unspecified",
    monotonic: false,
    attributes,
    startTime,
    time,
    value,
  };
}

function readHistogram(
  reader: ProtobufReader,
  readPoint: (reader: ProtobufReader) => Draft<HistogramPoint>,
): Draft<HistogramPoint>[] {
  const points: Draft<HistogramPoint>[] = [];
  let kind = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) points.push(readPoint(reader));
    else if (reader.field === 2) kind = reader.uint();
    else reader.skip();
  }
  reader.leave(outer);
  for (const point of points) point.temporality = temporality(kind);
  return points;
}

function readHistogramPoint(reader: ProtobufReader): Draft<HistogramPoint> {
  let attributes = noAttributes;
  let startTime = 0;
  let time = 0;
  let sum = 0;
  let min: number | undefined;
  let max: number | undefined;
  let scale = 0;
  let zeroCount = 0;
  let positive: Buckets = noBuckets;
  let negative: Buckets = noBuckets;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) attributes = readAttributes(reader, attributes);
    else if (reader.field === 2) startTime = readTime(reader);
    else if (reader.field === 3) time = readTime(reader);
    else if (reader.field === 5) sum = reader.double();
    else if (reader.field === 6) scale = reader.sint32();
    else if (reader.field === 7) zeroCount = reader.fixed64();
    else if (reader.field === 8) positive = readBuckets(reader);
    else if (reader.field === 9) negative = readBuckets(reader);
    else if (reader.field === 12) min = reader.double();
    else if (reader.field === 13) max = reader.double();
    else reader.skip();
  }
  reader.leave(outer);
  const value = exponentialHistogram({ sum, min, max, scale, zeroCount, positive, negative });
  return { kind: "histogram", metric: "", temporality: "unspecified", attributes, startTime, time, value };
}

function readExplicitPoint(reader: ProtobufReader): Draft<HistogramPoint> {
  let attributes = noAttributes;
  const bounds: number[] = [];
  const counts: number[] = [];
  let startTime = 0;
  let time = 0;
  let count = 0;
  let sum = 0;
  let min: number | undefined;
  let max: number | undefined;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 2) startTime = readTime(reader);
    else if (reader.field === 3) time = readTime(reader);
    else if (reader.field === 4) count = reader.fixed64();
    else if (reader.field === 5) sum = reader.double();
    else if (reader.field === 6) reader.fixed64s(counts);
    else if (reader.field === 7) reader.doubles(bounds);
    else if (reader.field === 9) attributes = readAttributes(reader, attributes);
    else if (reader.field === 11) min = reader.double();
    else if (reader.field === 12) max = reader.double();
    else reader.skip();
  }
  reader.leave(outer);
  const value = explicitHistogram({ count, sum, min, max, bounds, counts });
  return {
    kind: "histogram",
    metric: "",
    temporality: "unspecified",
    attributes,
    startTime,
    time,
    value,
    approximate: true,
  };
}

const noBuckets: Buckets = { offset: 0, counts: [] };

function readBuckets(reader: ProtobufReader): Buckets {
  let counts: number[] = [];
  let offset = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) offset = reader.sint32();
    else if (reader.field === 2) counts = reader.uints(counts);
    else reader.skip();
  }
  reader.leave(outer);
  return { offset, counts };
}

function readSpanInto(reader: ProtobufReader, into: SpanColumns): void {
  if (!reader.passedOver(takeSpan, into)) into.add(readSpan(reader));
}

/** The span in this field, however it is written. Throws a DecodeError if it is none. */
export function readSpan(reader: ProtobufReader): Span {
  const attributes = new SpanAttributesDraft();
  let links: SpanLink[] = noLinks;
  let traceId = "";
  let spanId = "";
  let parentSpanId = "";
  let name = "";
  let startTime = 0;
  let endTime = 0;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 9) readSpanAttribute(reader, attributes);
    else if (reader.field === 1) traceId = readId(reader, "traceId", 16);
    else if (reader.field === 2) spanId = readId(reader, "spanId", 8);
    else if (reader.field === 4) parentSpanId = readId(reader, "parentSpanId", 8);
    else if (reader.field === 5) name = reader.string();
    else if (reader.field === 7) startTime = readTime(reader);
    else if (reader.field === 8) endTime = readTime(reader);
    else if (reader.field === 13) links = withLink(links, readLink(reader));
    else reader.skip();
  }
  reader.leave(outer);
  return { traceId, spanId, parentSpanId, name, startTime, endTime, attributes, links };
}

const noLinks: SpanLink[] = [];

function withLink(links: SpanLink[], link: SpanLink): SpanLink[] {
  if (links === noLinks) return [link];
  links.push(link);
  return links;
}

// What nobody reads is passed over, whatever it is; the key may follow the value.
function readSpanAttribute(reader: ProtobufReader, into: SpanAttributesDraft): void {
  let number: number | undefined;
  let value: Value = null;
  into.count++;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) number = spanAttributeNumber(reader.string());
    else if (reader.field === 2 && number !== unread) value = readValue(reader, 1);
    else reader.skip();
  }
  reader.leave(outer);
  if (number !== undefined) into.set(number, value);
}

function readLink(reader: ProtobufReader): SpanLink {
  let attributes = noAttributes;
  let traceId = "";
  let spanId = "";
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) traceId = readId(reader, "traceId", 16);
    else if (reader.field === 2) spanId = readId(reader, "spanId", 8);
    else if (reader.field === 4) attributes = readAttributes(reader, attributes);
    else reader.skip();
  }
  reader.leave(outer);
  return { traceId, spanId, type: textIn(attributes.get(attribute.linkType)) };
}

function readLogRecord(reader: ProtobufReader, into: LogRecord[]): void {
  let attributes = noAttributes;
  let eventName = "";
  let time = 0;
  let observedTime = 0;
  let body: Value = null;
  const outer = reader.enter();
  while (reader.next()) {
    if (reader.field === 1) time = readTime(reader);
    else if (reader.field === 11) observedTime = readTime(reader);
    else if (reader.field === 5) body = readValue(reader, 1);
    else if (reader.field === 6) attributes = readAttributes(reader, attributes);
    else if (reader.field === 12) eventName = reader.string();
    else reader.skip();
  }
  reader.leave(outer);
  into.push({ eventName, time: time === 0 ? observedTime : time, attributes, body });
}

function readTime(reader: ProtobufReader): number {
  return reader.fixed64() / nanosecondsPerMillisecond;
}

function readId(reader: ProtobufReader, field: string, sizeBytes: number): string {
  const id = reader.hex();
  if (id !== "" && id.length !== 2 * sizeBytes) {
    throw new DecodeError(`A ${field} has ${id.length / 2} bytes instead of ${sizeBytes}.`);
  }
  return id;
}
