import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { DecodeError } from "./decode-error.ts";
import { decodeLogs, decodeMetrics, decodeSpans, type Form } from "./decode.ts";

const decoders = { traces: decodeSpans, metrics: decodeMetrics, logs: decodeLogs };

function json(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

function span(fields: object): Uint8Array {
  return json({ resourceSpans: [{ scopeSpans: [{ spans: [fields] }] }] });
}

function attributes(value: unknown): Uint8Array {
  return json({ resourceSpans: [{ resource: { attributes: [{ key: "a", value }] }, scopeSpans: [{}] }] });
}

function attributeOf(value: unknown): unknown {
  return decodeSpans(attributes(value), "json")[0]?.resource.get("a");
}

const folder = new URL("fixtures/captured-otel-js/", import.meta.url);
const captured = readdirSync(folder).filter((name) => /_v1_\w+\.(pb|json)$/.test(name));

test.each(captured)("what a real exporter sent is understood whole and refused cut short: %s", (name) => {
  const body = readFileSync(new URL(name, folder));
  const [, signal, suffix] = /_v1_(\w+)\.(\w+)$/.exec(name) ?? [];
  const form: Form = suffix === "pb" ? "protobuf" : "json";
  const decode = decoders[signal as keyof typeof decoders];

  const [group] = decode(body, form);

  expect(group?.resource.get("service.name")).toBe("fixture-node");
  expect(group?.resource.get("telemetry.note") ?? "ünïcode").toBe("ünïcode");
  for (const length of [1, 7, Math.floor(body.length / 2), body.length - 1]) {
    expect(() => decode(body.subarray(0, length), form)).toThrow(DecodeError);
  }
});

test("both forms of one capture say the same", () => {
  const read = (name: string): Uint8Array => readFileSync(new URL(name, folder));
  const fromProtobuf = decodeMetrics(read("01-proto-none-delta_v1_metrics.pb"), "protobuf")[0]?.points[0];
  const fromJson = decodeMetrics(read("11-http-none-delta_v1_metrics.json"), "json")[0]?.points[0];

  expect(fromProtobuf).toMatchObject({
    kind: "histogram",
    metric: "asyncprof.wait.duration",
    temporality: "delta",
    value: { count: 200, min: 0, max: 0.039601, scale: 3, zeroCount: 1, offset: -160 },
  });
  expect(fromProtobuf?.value).toEqual(fromJson?.value);
  expect(fromProtobuf?.attributes).toEqual(fromJson?.attributes);
});

test("the official examples are understood", () => {
  const read = (name: string): Uint8Array =>
    readFileSync(new URL(`fixtures/opentelemetry-proto/${name}.json`, import.meta.url));

  expect(decodeSpans(read("trace"), "json")[0]?.spans.at(0)).toMatchObject({
    traceId: "5b8efff798038103d269b633813fc60c",
    spanId: "eee19b7ec3c1b174",
    name: "I'm a server span",
    startTime: 1544712660000,
    endTime: 1544712661000,
  });
  expect(decodeLogs(read("events"), "json")[0]?.records[0]).toMatchObject({
    eventName: "browser.page_view",
    time: 1544712660300,
    body: new Map<string, unknown>(
      Object.entries({ type: 0 }).concat(
        Object.entries({
          url: "https://www.guidgenerator.com/online-guid-generator.aspx",
          referrer: "https://wwww.google.com",
          title: "Free Online GUID Generator",
        }) as never,
      ),
    ),
  });
  expect(decodeMetrics(read("metrics"), "json")[0]?.points.map((point) => point.metric)).toEqual([
    "my.counter",
    "my.histogram",
    "my.exponential.histogram",
  ]);
  expect(decodeLogs(read("logs"), "json")[0]?.records).toHaveLength(1);
});

test("an empty request says nothing, in both forms", () => {
  for (const decode of Object.values(decoders)) {
    expect(decode(new Uint8Array(0), "protobuf")).toEqual([]);
    expect(decode(json({}), "json")).toEqual([]);
    expect(decode(json({ resourceSpans: [], resourceMetrics: null, resourceLogs: [] }), "json")).toEqual([]);
  }
});

test("integers come as numbers or strings, floats as strings too, bytes in base64", () => {
  expect(attributeOf({ intValue: "5" })).toBe(5);
  expect(attributeOf({ intValue: 5 })).toBe(5);
  expect(attributeOf({ intValue: "-7" })).toBe(-7);
  expect(attributeOf({ doubleValue: "1.5" })).toBe(1.5);
  expect(attributeOf({ doubleValue: "NaN" })).toBeNaN();
  expect(attributeOf({ doubleValue: "-Infinity" })).toBe(-Infinity);
  expect(attributeOf({ bytesValue: "aGk=" })).toEqual(Buffer.from("hi"));
  expect(attributeOf({ stringValue: "" })).toBe("");
  expect(attributeOf({})).toBeNull();
  expect(attributeOf(null)).toBeNull();
});

test("unknown fields are ignored, snake_case ones among them, and null is absent", () => {
  const [group] = decodeSpans(span({ name: null, trace_id: "zz", links: null, whatever: [1] }), "json");
  expect(group?.spans.at(0)).toMatchObject({ name: "", traceId: "", links: [] });
});

test("ids are hex of either case and the right length, or the request is an error", () => {
  const traceId = "5B8EFFF798038103D269B633813FC60C";
  expect(decodeSpans(span({ traceId, spanId: "" }), "json")[0]?.spans.at(0)).toMatchObject({
    traceId: traceId.toLowerCase(),
    spanId: "",
  });
  for (const id of ["5b8e", "W47/95gDgQPSabYzgT/GDA==", "zz8efff798038103d269b633813fc60c"]) {
    expect(() => decodeSpans(span({ traceId: id }), "json")).toThrow(/traceId is not 32 hex digits/);
  }
  expect(() => decodeSpans(Uint8Array.of(10, 6, 18, 4, 18, 2, 10, 0), "protobuf")).not.toThrow();
  expect(() => decodeSpans(Uint8Array.of(10, 7, 18, 5, 18, 3, 10, 1, 9), "protobuf")).toThrow(
    "A traceId has 1 bytes instead of 16.",
  );
});

test("enums are numbers or known names; unknown numbers are kept, unknown names are an error", () => {
  const kinds = (kind: unknown) => decodeSpans(span({ kind }), "json");
  expect(() => [kinds(2), kinds("SPAN_KIND_SERVER"), kinds(99), kinds(null)]).not.toThrow();
  expect(() => kinds("SPAN_KIND_ALIEN")).toThrow(/spans\[0\]\.kind is not a number or one of/);

  const sums = (aggregationTemporality: unknown) =>
    decodeMetrics(
      json({
        resourceMetrics: [
          { scopeMetrics: [{ metrics: [{ sum: { aggregationTemporality, dataPoints: [{ asInt: 1 }] } }] }] },
        ],
      }),
      "json",
    )[0]?.points[0]?.temporality;
  expect(sums("AGGREGATION_TEMPORALITY_DELTA")).toBe("delta");
  expect(sums(2)).toBe("cumulative");
  expect(sums(77)).toBe("unspecified");
});

test.each([
  ["no JSON", "{", "The body is not JSON."],
  ["no object", "[]", "The JSON body is not an object."],
  ["no array", '{"resourceSpans":{}}', "resourceSpans is not an array."],
  ["no object in the array", '{"resourceSpans":[3]}', "resourceSpans[0] is not an object."],
  [
    "no integer",
    '{"resourceSpans":[{"scopeSpans":[{"spans":[{"startTimeUnixNano":"soon"}]}]}]}',
    "resourceSpans[0].scopeSpans[0].spans[0].startTimeUnixNano is not a whole number.",
  ],
])("a body with %s is an error that names the place", (_, body, message) => {
  expect(() => decodeSpans(Buffer.from(body), "json")).toThrow(message);
});

test("values may nest thirty-two deep and not deeper, in both forms", () => {
  const nested = (depth: number): object =>
    depth === 1 ? { stringValue: "x" } : { arrayValue: { values: [nested(depth - 1)] } };
  expect(() => attributeOf(nested(32))).not.toThrow();
  expect(() => attributeOf(nested(33))).toThrow("A value is nested more than 32 deep.");
  const deep = (depth: number): Uint8Array =>
    Buffer.from(
      `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${'{"arrayValue":{"values":['.repeat(depth)}${"]}}".repeat(depth)}}]}]}]}`,
    );
  expect(() => decodeLogs(deep(31), "json")).not.toThrow();
  expect(() => decodeLogs(deep(100_000), "json")).toThrow(DecodeError);

  const wire = (depth: number): Uint8Array => {
    let value = Buffer.from([10, 1, 120]);
    for (let i = 1; i < depth; i++) value = field(5, field(1, value));
    return field(1, Buffer.concat([field(1, field(1, field(2, value))), field(2, Buffer.alloc(0))]));
  };
  expect(() => decodeSpans(wire(32), "protobuf")).not.toThrow();
  expect(() => decodeSpans(wire(33), "protobuf")).toThrow("A value is nested more than 32 deep.");
});

test("a body nested absurdly deep is refused at the first byte that is too deep, whatever follows", () => {
  const says =
    (body: string): (() => unknown) =>
    () =>
      decodeMetrics(Buffer.from(body), "json");
  expect(says(`${"[".repeat(257)}?`)).toThrow("The JSON body is nested more than 256 deep.");
  expect(says('{"a":'.repeat(257))).toThrow("The JSON body is nested more than 256 deep.");
  expect(says("[".repeat(256))).toThrow("The body is not JSON.");
  expect(says(`{"a":${"[]".repeat(300)}`)).toThrow("The body is not JSON.");
  expect(says(JSON.stringify({ a: Array.from({ length: 300 }, () => [{}]) }))).not.toThrow();
  const text = `\\${"[".repeat(300)}\\"${"{".repeat(300)}\\`;
  expect(says(JSON.stringify({ [text]: [text, "\u{1F512}[".repeat(300)] }))).not.toThrow();
});

test("__proto__ is a name like any other", () => {
  const body =
    '{"resourceSpans":[{"resource":{"attributes":[{"key":"__proto__","value":{"stringValue":"x"}}]},"scopeSpans":[{}]}],"__proto__":{"polluted":true}}';
  const [group] = decodeSpans(Buffer.from(body), "json");
  expect([...(group?.resource ?? [])]).toEqual([["__proto__", "x"]]);
  expect({}).not.toHaveProperty("polluted");
});

test("a histogram with absurd dimensions is an error, not a gigabyte", () => {
  const histogram = (fields: object): Uint8Array =>
    json({
      resourceMetrics: [
        { scopeMetrics: [{ metrics: [{ exponentialHistogram: { dataPoints: [fields] } }] }] },
      ],
    });
  expect(() => decodeMetrics(histogram({ scale: 21 }), "json")).toThrow(/scale 21/);
  const bucketCounts = Array.from({ length: 20_000 }, () => 0);
  expect(() => decodeMetrics(histogram({ positive: { bucketCounts } }), "json")).toThrow(/buckets/);
});

test("a spoilt byte anywhere is understood or an error, never worse", () => {
  const body = readFileSync(new URL("00-proto-none_v1_traces.pb", folder));
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.nat(255), (at, byte) => {
      const spoilt = Buffer.from(body);
      spoilt[at] = byte;
      try {
        decodeSpans(spoilt, "protobuf");
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError);
      }
    }),
    { numRuns: 500 },
  );
});

function field(number: number, bytes: Uint8Array): Buffer<ArrayBuffer> {
  const size =
    bytes.length < 128 ? [bytes.length] : [(bytes.length % 128) + 128, Math.floor(bytes.length / 128)];
  return Buffer.concat([Buffer.from([number * 8 + 2, ...size]), bytes]);
}
