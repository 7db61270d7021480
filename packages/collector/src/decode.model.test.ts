/** Both decoders against the official message classes, which nobody here wrote. */

import { attribute } from "@holdup/protocol";
import fc from "fast-check";
import root from "otlp-messages/build/src/generated/root.js";
import { expect, test } from "vitest";
import { decodeLogs, decodeMetrics, decodeSpans } from "./decode.ts";
import { exponentialHistogram } from "./decode-point.ts";
import { SpanColumns } from "./span-columns.ts";

interface Services<Name extends string> {
  v1: Record<Name, Message>;
}

// The types of the package say less than it has.
const { collector: messages } = (root as unknown as Official).opentelemetry.proto;

interface Official {
  opentelemetry: {
    proto: {
      collector: {
        metrics: Services<"ExportMetricsServiceRequest">;
        trace: Services<"ExportTraceServiceRequest">;
        logs: Services<"ExportLogsServiceRequest">;
      };
    };
  };
}

interface Message {
  encode(message: object): { finish(): Uint8Array };
  fromObject(object: object): object;
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Record<string, any>;
}

const text = fc.string({ unit: "grapheme", maxLength: 8 });
const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const double = fc.double().map((value) => (value === 0 ? 0 : value));
const count = fc.nat(1_000_000);
// Whole microseconds: nanoseconds of our time are past what a double counts exactly.
const time = fc.nat({ max: 2 ** 41 }).map((microseconds) => microseconds * 1000);

const { value } = fc.letrec<{ value: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant({}),
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.maxSafeInteger().map((intValue) => ({ intValue })),
    double.map((doubleValue) => ({ doubleValue })),
    bytes(3).map((bytesValue) => ({ bytesValue })),
    fc.array(tie("value"), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key: text, value: tie("value") }), { maxLength: 3 })
      .map((values) => ({ kvlistValue: { values } })),
  ),
}));
const keys = fc.oneof(text, fc.constantFrom(...Object.values(attribute)));
const attributes = fc.array(fc.record({ key: keys, value }), { maxLength: 5 });
const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 3 });
const optional = { requiredKeys: [] };

const buckets = fc.record(
  { offset: fc.integer({ min: -9_999, max: 9_999 }), bucketCounts: few(count) },
  optional,
);
const interval = { attributes, startTimeUnixNano: time, timeUnixNano: time };
const metric = fc.oneof(
  fc.record({
    name: text,
    sum: fc.record(
      {
        aggregationTemporality: fc.nat(2),
        isMonotonic: fc.boolean(),
        dataPoints: few(
          fc.oneof(
            fc.record({ ...interval, asDouble: double }, optional),
            fc.record({ ...interval, asInt: fc.maxSafeInteger() }, optional),
          ),
        ),
      },
      optional,
    ),
  }),
  fc.record({
    name: text,
    exponentialHistogram: fc.record(
      {
        aggregationTemporality: fc.nat(2),
        dataPoints: few(
          fc.record(
            {
              ...interval,
              count,
              sum: double,
              min: double,
              max: double,
              scale: fc.integer({ min: -10, max: 20 }),
              zeroCount: count,
              positive: buckets,
              negative: buckets,
              flags: fc.nat(9),
            },
            optional,
          ),
        ),
      },
      optional,
    ),
  }),
  fc.record({ name: text, gauge: fc.record({ dataPoints: few(fc.record({ asDouble: double })) }) }),
);
const span = fc.record(
  {
    traceId: bytes(16),
    spanId: bytes(8),
    parentSpanId: bytes(8),
    traceState: text,
    name: text,
    kind: fc.nat(5),
    startTimeUnixNano: time,
    endTimeUnixNano: time,
    attributes,
    events: few(fc.record({ name: text, attributes })),
    links: few(fc.record({ traceId: bytes(16), spanId: bytes(8), attributes }, optional)),
    status: fc.record({ code: fc.nat(2), message: text }),
  },
  optional,
);
const logRecord = fc.record(
  {
    timeUnixNano: time,
    observedTimeUnixNano: time,
    severityNumber: fc.nat(24),
    body: value,
    attributes,
    eventName: text,
  },
  optional,
);

function request(resources: string, scopes: string, items: string, item: fc.Arbitrary<object>) {
  const scope = fc.record({ name: text, version: text }, optional);
  const scopeItems = fc.record({ scope, [items]: few(item) }, optional);
  const resource = fc.record({ attributes });
  return fc.record({
    [resources]: few(fc.record({ resource, [scopes]: few(scopeItems) })),
  });
}

/** The request after a trip through the official classes: their bytes, and what they read from them. */
function official(message: Message, request_: object): { bytes: Uint8Array; read: Record<string, any> } {
  const encoded = message.encode(message.fromObject(request_)).finish();
  return { bytes: encoded, read: message.toObject(message.decode(encoded), { longs: Number, arrays: true }) };
}

/** The same in OTLP/JSON: hex ids, base64 bytes, integers as strings, floats that JSON lacks as strings. */
function otlpJson(value_: unknown, key = ""): unknown {
  if (value_ instanceof Uint8Array)
    return Buffer.from(value_).toString(key.endsWith("Id") ? "hex" : "base64");
  if (Array.isArray(value_)) return value_.map((item) => otlpJson(item, key));
  if (typeof value_ === "number" && (!Number.isFinite(value_) || /Nano$|^intValue|Count/.test(key)))
    return String(value_);
  if (typeof value_ !== "object" || value_ === null) return value_;
  return Object.fromEntries(Object.entries(value_).map(([name, inner]) => [name, otlpJson(inner, name)]));
}

function plain(value_: any): unknown {
  if (value_ === undefined || value_ === null) return null;
  if (value_.arrayValue) return value_.arrayValue.values.map(plain);
  if (value_.kvlistValue) return plainAttributes(value_.kvlistValue.values);
  if (value_.bytesValue) return Buffer.from(value_.bytesValue);
  return value_.stringValue ?? value_.boolValue ?? value_.intValue ?? value_.doubleValue ?? null;
}

function plainAttributes(list: any[] = []): Map<string, unknown> {
  return new Map(list.map(({ key, value: inner }) => [key ?? "", plain(inner)]));
}

function hex(id: Uint8Array | undefined): string {
  return Buffer.from(id ?? []).toString("hex");
}

// Bytes as hex, so that a Buffer and a Uint8Array compare.
function comparable(value_: unknown): unknown {
  if (value_ instanceof Uint8Array) return hex(value_);
  if (value_ instanceof Map) return new Map([...value_].map(([key, inner]) => [key, comparable(inner)]));
  if (value_ instanceof SpanColumns) return [...value_].map(comparable);
  if (Array.isArray(value_)) return value_.map(comparable);
  if (typeof value_ !== "object" || value_ === null) return value_;
  return Object.fromEntries(Object.entries(value_).map(([key, inner]) => [key, comparable(inner)]));
}

function groups(
  read: any,
  resources: string,
  scopes: string,
  items: string,
  item: (one: any) => unknown,
  as: string,
) {
  return (read[resources] ?? []).flatMap((from: any) =>
    (from[scopes] ?? []).map((scope: any) => ({
      resource: plainAttributes(from.resource?.attributes),
      scope: scope.scope?.name ?? "",
      [as]: (scope[items] ?? []).flatMap(item),
    })),
  );
}

const temporalities = ["unspecified", "delta", "cumulative"];
const side = (wire: any) => ({ offset: wire?.offset ?? 0, counts: wire?.bucketCounts ?? [] });

function expectedPoints(one: any): unknown[] {
  const data = one.sum ?? one.exponentialHistogram;
  return (data?.dataPoints ?? []).map((point: any) => ({
    metric: one.name ?? "",
    temporality: temporalities[data.aggregationTemporality ?? 0],
    attributes: plainAttributes(point.attributes),
    startTime: (point.startTimeUnixNano ?? 0) / 1e6,
    time: (point.timeUnixNano ?? 0) / 1e6,
    ...(one.sum
      ? { kind: "sum", monotonic: data.isMonotonic ?? false, value: point.asDouble ?? point.asInt ?? 0 }
      : {
          kind: "histogram",
          value: exponentialHistogram({
            sum: point.sum ?? 0,
            min: point.min,
            max: point.max,
            scale: point.scale ?? 0,
            zeroCount: point.zeroCount ?? 0,
            positive: side(point.positive),
            negative: side(point.negative),
          }),
        }),
  }));
}

function expectedSpan(one: any): unknown {
  return {
    traceId: hex(one.traceId),
    spanId: hex(one.spanId),
    parentSpanId: hex(one.parentSpanId),
    name: one.name ?? "",
    startTime: (one.startTimeUnixNano ?? 0) / 1e6,
    endTime: (one.endTimeUnixNano ?? 0) / 1e6,
    attributes: expectedAttributes(one.attributes),
    links: (one.links ?? []).map((link: any) => ({
      traceId: hex(link.traceId),
      spanId: hex(link.spanId),
      type: textOf(plainAttributes(link.attributes).get(attribute.linkType)),
    })),
  };
}

const textOf = (said: unknown) => (typeof said === "string" ? said : "");
const numberOf = (said: unknown) => (typeof said === "number" && Number.isFinite(said) ? said : 0);

function expectedAttributes(list: any[] = []): unknown {
  const said = plainAttributes(list);
  const name = said.get(attribute.primitiveName);
  const contended = said.get(attribute.contended);
  return {
    count: list.length,
    primitiveName: name === null ? "" : typeof name === "string" ? name : undefined,
    primitiveType: textOf(said.get(attribute.primitiveType)),
    operation: textOf(said.get(attribute.operationName)),
    outcome: textOf(said.get(attribute.outcome)),
    contended: typeof contended === "boolean" ? contended : undefined,
    functionName: textOf(said.get(attribute.functionName)),
    filePath: textOf(said.get(attribute.filePath)),
    lineNumber: numberOf(said.get(attribute.lineNumber)),
    holderFunctionName: textOf(said.get(attribute.holderFunctionName)),
    holderFilePath: textOf(said.get(attribute.holderFilePath)),
    holderLineNumber: numberOf(said.get(attribute.holderLineNumber)),
    task: textOf(said.get(attribute.taskName)) || textOf(said.get(attribute.taskId)),
    blocked: said.has(attribute.waitBlocked) ? numberOf(said.get(attribute.waitBlocked)) : undefined,
    permitsRequested: numberOf(said.get(attribute.permitsRequested)),
    handoff: numberOf(said.get(attribute.waitHandoff)),
    samplingProbability: numberOf(said.get(attribute.samplingProbability)),
  };
}

function expectedRecord(one: any): unknown {
  return {
    eventName: one.eventName ?? "",
    time: (one.timeUnixNano || one.observedTimeUnixNano || 0) / 1e6,
    attributes: plainAttributes(one.attributes),
    body: plain(one.body),
  };
}

test("metrics are read as the official classes read them, in both forms", () => {
  const message = messages.metrics.v1.ExportMetricsServiceRequest;
  fc.assert(
    fc.property(request("resourceMetrics", "scopeMetrics", "metrics", metric), (sent) => {
      const { bytes: body, read } = official(message, sent);
      const expected = groups(read, "resourceMetrics", "scopeMetrics", "metrics", expectedPoints, "points");
      expect(comparable(decodeMetrics(body, "protobuf"))).toEqual(comparable(expected));
      const json = Buffer.from(JSON.stringify(otlpJson(read)));
      expect(comparable(decodeMetrics(json, "json"))).toEqual(comparable(expected));
    }),
    { numRuns: 300 },
  );
});

test("spans are read as the official classes read them, in both forms", () => {
  const message = messages.trace.v1.ExportTraceServiceRequest;
  fc.assert(
    fc.property(request("resourceSpans", "scopeSpans", "spans", span), (sent) => {
      const { bytes: body, read } = official(message, sent);
      const expected = groups(read, "resourceSpans", "scopeSpans", "spans", expectedSpan, "spans");
      expect(comparable(decodeSpans(body, "protobuf"))).toEqual(comparable(expected));
      const json = Buffer.from(JSON.stringify(otlpJson(read)));
      expect(comparable(decodeSpans(json, "json"))).toEqual(comparable(expected));
    }),
    { numRuns: 300 },
  );
});

test("log records are read as the official classes read them, in both forms", () => {
  const message = messages.logs.v1.ExportLogsServiceRequest;
  fc.assert(
    fc.property(request("resourceLogs", "scopeLogs", "logRecords", logRecord), (sent) => {
      const { bytes: body, read } = official(message, sent);
      const expected = groups(read, "resourceLogs", "scopeLogs", "logRecords", expectedRecord, "records");
      expect(comparable(decodeLogs(body, "protobuf"))).toEqual(comparable(expected));
      const json = Buffer.from(JSON.stringify(otlpJson(read)));
      expect(comparable(decodeLogs(json, "json"))).toEqual(comparable(expected));
    }),
    { numRuns: 300 },
  );
});
