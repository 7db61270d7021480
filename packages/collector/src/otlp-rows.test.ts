/** Row by row: what an OTLP server is asked, and what it has to answer. */

import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { spanOf } from "./testing/observed-span.ts";
import { send, startOfTime, startWorld, type World } from "./testing/world.ts";

const protobuf = { "Content-Type": "application/x-protobuf" };
const gzip = { "Content-Encoding": "gzip" };
const signals = ["traces", "metrics", "logs"];

const shop = (): ObservedProgram => new ObservedProgram("shop", startOfTime);

/** A span of Holdup's with other fields. */
function span(fields: object = {}): object {
  return { ...spanOf("wait accounts", 1, { seconds: 1 }), ...fields };
}

/** A traces request with one such span. */
function traces(fields: object = {}): Uint8Array {
  return shop().spans([span(fields)]);
}

/** Something to wait for. */
function latch(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open: () => open() };
}

/** What is answered to bytes that no HTTP client would send, until the connection ends. */
function answerTo(world: World, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(world.collector.port, "127.0.0.1", () => socket.write(bytes));
    socket.on("data", (chunk: Buffer) => (answer += String(chunk)));
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}

test("OTLP 1 protobuf is answered by protobuf: no charset, and no bytes if all was taken", async () => {
  await using world = await startWorld();
  for (const signal of signals) {
    const answer = await world.post(signal, Uint8Array.of(10, 2, 18, 0), protobuf);
    expect([answer.status, answer.headers["content-type"]]).toEqual([200, "application/x-protobuf"]);
    expect(answer.body).toHaveLength(0);
  }
});

test.each(["application/json", "application/json; charset=utf-8", "APPLICATION/JSON"])(
  "OTLP 2 %s is answered by JSON",
  async (type) => {
    await using world = await startWorld();
    const answer = await world.post("metrics", shop().wait([1]).metrics(), { "Content-Type": type });
    expect([answer.status, answer.headers["content-type"], String(answer.body)]).toEqual([
      200,
      "application/json",
      "{}",
    ]);
  },
);

test("OTLP 3 an empty request is accepted in both forms", async () => {
  await using world = await startWorld();
  for (const signal of ["traces", "metrics", "logs"]) {
    expect((await world.post(signal, "", protobuf)).status).toBe(200);
    expect((await world.post(signal, "{}")).json).toEqual({});
  }
  for (const [signal, field] of [
    ["traces", "resourceSpans"],
    ["metrics", "resourceMetrics"],
    ["logs", "resourceLogs"],
  ] as const) {
    expect((await world.post(signal, `{"${field}":[]}`)).json).toEqual({});
    expect((await world.post(signal, `{"${field}":[{}]}`)).json).toEqual({});
  }
});

test("OTLP 4 rejected points are told in the form of the request", async () => {
  await using world = await startWorld();
  const old = new ObservedProgram("shop", startOfTime - 86_400_000).wait([1]).metrics();
  expect((await world.post("metrics", old)).json).toEqual({
    partialSuccess: { rejectedDataPoints: "1", errorMessage: "a point is older than the retention" },
  });

  const unknown = shop().operations(1, {}, 0).metrics();
  expect((await world.post("metrics", unknown)).json).toEqual({
    partialSuccess: { rejectedDataPoints: "1", errorMessage: "a point has no aggregation temporality" },
  });

  // resourceLogs { scopeLogs { logRecords { } } }
  const foreign = await world.post("logs", Uint8Array.of(10, 4, 18, 2, 18, 0), protobuf);
  const message = "only holdup events are stored";
  expect([...foreign.body.subarray(0, 6)]).toEqual([10, message.length + 4, 8, 1, 18, message.length]);
  expect(foreign.body.subarray(6).toString()).toBe(message);
});

test("OTLP 5 what is taken, but not as it should be, is a warning with nothing rejected", async () => {
  await using world = await startWorld();
  const attributes = [{ key: "holdup.primitive.name", value: { stringValue: "accounts" } }];
  const point = {
    attributes,
    timeUnixNano: `${startOfTime}000000`,
    count: 2,
    sum: 3,
    explicitBounds: [1],
    bucketCounts: [1, 1],
  };
  const histogram = { aggregationTemporality: 1, dataPoints: [point] };
  const metrics = [{ name: "holdup.wait.duration", histogram }];
  const answer = await world.post(
    "metrics",
    JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics }] }] }),
  );
  expect(answer).toMatchObject({
    status: 200,
    json: {
      partialSuccess: { rejectedDataPoints: "0", errorMessage: expect.stringContaining("explicit bounds") },
    },
  });
  expect((await world.get("/api/hotspots")).json.items).toMatchObject([
    { waitSeconds: 3, operations: 2, exact: true },
  ]);
});

test("OTLP 5 points of more series than are told apart are taken, and their sender is warned", async () => {
  const store = new MemoryStore({ now: () => startOfTime, maxSeries: 3 });
  await using world = await startWorld({ store });
  const program = (names: readonly string[], at = startOfTime): Uint8Array =>
    names.reduce((all, name) => all.wait([1], { name }), new ObservedProgram("shop", at)).metrics();

  expect((await world.post("metrics", program(["a", "b", "c"]))).json).toEqual({});
  const crowded = await world.post("metrics", program(["c", "d", "e"]));

  const errorMessage =
    "2 points count in rows of others, as there is no room to tell more series apart; use fewer names of primitives";
  expect(crowded).toMatchObject({
    status: 200,
    json: { partialSuccess: { rejectedDataPoints: "0", errorMessage } },
  });
  expect((await world.post("metrics", program(["a", "b"], startOfTime + 1))).json).toEqual({});
  const { items } = (await world.get("/api/hotspots")).json;
  expect(items.map((item: any) => [item.primitive.name, item.waitSeconds])).toContainEqual([
    "(other primitives)",
    2,
  ]);
  expect((await world.get("/api/status")).json.dropped).toEqual({ series: 2 });
});

test("OTLP 6 what can't be read is 400 with code 3, in the form of the request", async () => {
  await using world = await startWorld();
  const malformed = [
    Uint8Array.of(0x0e),
    Uint8Array.of(8, 0x80),
    Uint8Array.of(10, 5, 1),
    Uint8Array.of(8, 1, 0),
  ];
  for (const body of malformed) {
    const answer = await world.post("traces", body, protobuf);
    expect([answer.status, answer.headers["content-type"]]).toEqual([400, "application/x-protobuf"]);
    expect([...answer.body.subarray(0, 3)]).toEqual([8, 3, 18]);
  }
  for (const body of ["", "{", "[]", "3", "null", '"x"', '{"resourceSpans":{}}']) {
    const answer = await world.post("traces", body);
    expect(answer).toMatchObject({
      status: 400,
      headers: { "content-type": "application/json" },
      json: { code: 3 },
    });
  }
});

test("OTLP 7 an id of another length, or not in hex, makes the request an error", async () => {
  await using world = await startWorld();
  for (const fields of [
    { traceId: "W47/95gDgQPSabYzgT/GDA==" },
    { spanId: "12" },
    { traceId: "z".repeat(32) },
  ]) {
    expect(await world.post("traces", traces(fields))).toMatchObject({ status: 400, json: { code: 3 } });
  }
});

test("OTLP 7 spans without ids are rejected, those with ids accepted", async () => {
  await using world = await startWorld();
  const spans = [
    { traceId: "0".repeat(32), spanId: "1".repeat(16) },
    {},
    { traceId: "1".repeat(32), spanId: "1".repeat(16) },
  ];
  expect((await world.post("traces", new ObservedProgram("shop", startOfTime).spans(spans))).json).toEqual({
    partialSuccess: { rejectedSpans: "2", errorMessage: "a span has no trace id or span id" },
  });
  const bad = await world.post("traces", new ObservedProgram("shop", startOfTime).spans([{ traceId: "12" }]));
  expect(bad).toMatchObject({ status: 400, json: { code: 3 } });
});

test("OTLP 8 an enum is a number or a known name; an unknown number is taken, an unknown name is not", async () => {
  await using world = await startWorld();
  for (const kind of [1, "SPAN_KIND_INTERNAL", 99]) {
    expect([kind, (await world.post("traces", traces({ kind }))).status]).toEqual([kind, 200]);
  }
  expect(await world.post("traces", traces({ kind: "SPAN_KIND_ALIEN" }))).toMatchObject({ status: 400 });
});

test("OTLP 9 integers are numbers or strings, everywhere", async () => {
  await using world = await startWorld();
  const attributes = [{ key: "holdup.primitive.name", value: { stringValue: "accounts" } }];
  const ask = async (name: string, wrap: (value: number) => unknown): Promise<unknown> => {
    const timeUnixNano = wrap(startOfTime * 1e6);
    const positive = { offset: wrap(-16), bucketCounts: [wrap(2), wrap(1)] };
    const point = {
      attributes,
      timeUnixNano,
      count: wrap(4),
      sum: 3,
      scale: wrap(4),
      zeroCount: wrap(1),
      positive,
    };
    const exponentialHistogram = { aggregationTemporality: 1, dataPoints: [point] };
    const metrics = [{ name: "holdup.wait.duration", exponentialHistogram }];
    const resource = { attributes: [{ key: "service.name", value: { stringValue: name } }] };
    const request = { resourceMetrics: [{ resource, scopeMetrics: [{ metrics }] }] };
    await world.post("metrics", JSON.stringify(request));
    const { service, ...rest } = (await world.get(`/api/hotspots?service=${name}`)).json.items[0];
    return { ...rest, known: service === name, share: 0 };
  };
  const asNumbers = await ask("numbers", (value) => value);
  expect(asNumbers).toMatchObject({ known: true, operations: 4, waitSeconds: 3 });
  expect(await ask("strings", String)).toEqual(asNumbers);
});

test("OTLP 10 floats come as strings too, bytes in base64, and an empty id is none", async () => {
  await using world = await startWorld();
  const value = (doubleValue: unknown): object => ({ key: "holdup.wait.blocked", value: { doubleValue } });
  const { attributes } = spanOf("wait accounts", 1, { seconds: 2 });
  const bytes = { key: "b", value: { bytesValue: "aGk=" } };
  const body = traces({ parentSpanId: "", attributes: [...attributes, value("1.5"), bytes] });
  expect((await world.post("traces", body)).json).toEqual({});
  expect((await world.get("/api/waits")).json.items).toMatchObject([
    { blockedSeconds: 1.5, parentSpanId: "" },
  ]);
  for (const text of ["NaN", "Infinity", "-Infinity"]) {
    expect((await world.post("traces", traces({ attributes: [...attributes, value(text)] }))).status).toBe(
      200,
    );
  }
  expect((await world.post("traces", traces({ attributes: [value("soon")] }))).status).toBe(400);
});

test("OTLP 11 unknown fields are ignored, in both forms", async () => {
  await using world = await startWorld();
  expect((await world.post("traces", traces({ colour: "red", shades: [{ deep: true }] }))).json).toEqual({});
  // Fields 15, 16 and 999 of the request: a varint, bytes and a fixed64.
  const unknown = Uint8Array.of(120, 7, 0x82, 1, 1, 0, 0xb9, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0);
  expect((await world.post("traces", unknown, protobuf)).status).toBe(200);
});

test("OTLP 12 snake_case names are unknown fields", async () => {
  await using world = await startWorld();
  const body = JSON.stringify({ resource_spans: [{ scope_spans: [{ spans: [{ trace_id: "zz" }] }] }] });
  expect((await world.post("traces", body)).json).toEqual({});
  expect((await world.post("traces", traces({ traceId: null, trace_id: "zz" }))).json).toMatchObject({
    partialSuccess: { rejectedSpans: "1" },
  });
});

test("OTLP 13 ids are hex of either case and come out in lower case", async () => {
  await using world = await startWorld();
  await world.post(
    "traces",
    traces({ traceId: "ABCDEF0123456789abcdef0123456789", spanId: "ABCDEFabcdef0123" }),
  );
  expect((await world.get("/api/waits")).json.items).toMatchObject([
    { traceId: "abcdef0123456789abcdef0123456789", spanId: "abcdefabcdef0123" },
  ]);
});

test("OTLP 14 null and a missing optional field are absent", async () => {
  await using world = await startWorld();
  const nothing = { links: null, kind: null, status: null, events: null, parentSpanId: null };
  expect((await world.post("traces", traces(nothing))).json).toEqual({});
  expect(
    (
      await world.post(
        "metrics",
        JSON.stringify({ resourceMetrics: [{ resource: null, scopeMetrics: [{}] }] }),
      )
    ).json,
  ).toEqual({});
});

test.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])(
  "OTLP 15 the content type %j is 415, with those that are supported",
  async (type) => {
    await using world = await startWorld();
    const answer = await world.post("metrics", "{}", { "Content-Type": type });
    expect([answer.status, answer.headers["content-type"], String(answer.body)]).toEqual([
      415,
      "text/plain",
      "415 unsupported media type, supported: [application/json, application/x-protobuf]",
    ]);
  },
);

test("OTLP 15 no content type at all is 415, too", async () => {
  await using world = await startWorld();
  const answer = await send(`${world.collector.url}/v1/metrics`, { method: "POST", body: "{}" });
  expect([answer.status, answer.headers["content-type"]]).toEqual([415, "text/plain"]);
});

test.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])("OTLP 16 %s is not allowed", async (method) => {
  await using world = await startWorld();
  const answer = await send(`${world.collector.url}/v1/traces`, { method });
  expect(answer).toMatchObject({ status: 405, headers: { allow: "POST", "content-type": "text/plain" } });
});

test("OTLP 17 other paths under /v1 are not found", async () => {
  await using world = await startWorld();
  for (const path of ["profiles", "", "traces/", "__proto__", "toString"]) {
    expect((await world.post(path, "{}")).status).toBe(404);
  }
});

test("OTLP 18 gzip is decoded, also in several members", async () => {
  await using world = await startWorld();
  const body = Buffer.from(shop().wait([1]).metrics());
  const halves = [body.subarray(0, 40), body.subarray(40)].map((half) => gzipSync(half));
  expect((await world.post("metrics", gzipSync("{}"), gzip)).status).toBe(200);
  expect((await world.post("metrics", gzipSync("{}"), { "Content-Encoding": "GZIP" })).status).toBe(200);
  expect((await world.post("metrics", Buffer.concat(halves), gzip)).status).toBe(200);
  expect((await world.get("/api/hotspots")).json.items).toMatchObject([{ waitSeconds: 1 }]);
});

test("OTLP 19 what is not gzip, is cut short, has a bad sum or goes on after its end is 400 with code 3", async () => {
  await using world = await startWorld();
  const zipped = gzipSync("{}");
  const badSum = Buffer.from(zipped);
  badSum[zipped.length - 6] = (badSum[zipped.length - 6] ?? 0) ^ 1;
  const junk = Buffer.concat([zipped, Buffer.from("junk")]);
  for (const body of [Buffer.from("{}"), Buffer.alloc(0), zipped.subarray(0, -1), badSum, junk]) {
    const answer = await world.post("metrics", body, gzip);
    expect([body.toString("hex"), answer.status]).toEqual([body.toString("hex"), 400]);
    expect(answer.json).toMatchObject({ code: 3 });
  }
});

test("OTLP 20 other encodings are not supported, and the answer says which one is", async () => {
  await using world = await startWorld();
  for (const encoding of ["br", "zstd", "deflate", "gzip, gzip"]) {
    const answer = await world.post("metrics", "{}", { "Content-Encoding": encoding });
    expect(answer).toMatchObject({ status: 415, headers: { "accept-encoding": "gzip" } });
  }
  expect((await world.post("metrics", "{}", { "Content-Encoding": "identity" })).status).toBe(200);
});

test("OTLP 21 a body past the limit is 413 and ends the connection, whether announced, chunked or zipped", async () => {
  await using world = await startWorld({ maxBodyBytes: 1_000 });
  const large = Buffer.alloc(50_000, " ");
  for (const [body, headers] of [
    [large, {}],
    [[large, large], {}],
    [gzipSync(large), gzip],
    [Buffer.alloc(50_000, " "), protobuf],
  ] as const) {
    const answer = await world.post("metrics", body, headers);
    expect(answer).toMatchObject({ status: 413, headers: { connection: "close" } });
    expect(answer.body.toString()).toContain("The body is larger than 1000 bytes.");
  }
  expect((await world.post("metrics", `{}${" ".repeat(998)}`)).status).toBe(200);
});

test("OTLP 21 sixteen mebibytes are taken unless another limit is set, and not a byte more", async () => {
  await using world = await startWorld();
  const body = Buffer.alloc(16 * 1024 * 1024 + 1, " ");
  body.write("{}");
  expect((await world.post("metrics", body.subarray(0, -1))).status).toBe(200);
  expect((await world.post("metrics", body)).status).toBe(413);
  const zipped = (bytes: Uint8Array) => gzipSync(bytes, { level: 1 });
  expect((await world.post("metrics", zipped(body.subarray(0, -1)), gzip)).status).toBe(200);
  expect((await world.post("metrics", zipped(body), gzip)).status).toBe(413);
});

test("OTLP 21 an endless body is answered before it ends", async () => {
  await using world = await startWorld({ maxBodyBytes: 1_000 });
  const socket = connect(world.collector.port, "127.0.0.1");
  const head =
    "POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
  socket.on("error", () => {});
  socket.write(`${head}fffff\r\n${" ".repeat(5_000)}`);
  const [first] = await new Promise<Buffer[]>((resolve) =>
    socket.once("data", (chunk: Buffer) => resolve([chunk])),
  );
  expect(String(first)).toMatch(/^HTTP\/1\.1 413 /);
  socket.destroy();
});

test("OTLP 22 values nested too deep are 400, in both forms", async () => {
  await using world = await startWorld();
  const nested = (depth: number): object =>
    depth === 1 ? { stringValue: "x" } : { arrayValue: { values: [nested(depth - 1)] } };
  const deep = (depth: number): Uint8Array => traces({ attributes: [{ key: "a", value: nested(depth) }] });
  expect((await world.post("traces", deep(32))).status).toBe(200);
  expect(await world.post("traces", deep(64))).toMatchObject({ status: 400, json: { code: 3 } });
  expect((await world.post("traces", "[".repeat(1_000_000))).status).toBe(400);
});

test("OTLP 23 with too much in hand the answer is 503, and to come again in a second", async () => {
  const [entered, blocked] = [latch(), latch()];
  class SlowStore extends MemoryStore {
    override async add(...batch: Parameters<MemoryStore["add"]>): Promise<boolean> {
      entered.open();
      await blocked.opened;
      return super.add(...batch);
    }
  }
  const store = new SlowStore({ now: () => startOfTime });
  await using world = await startWorld({ store, maxPendingBytes: 10_000 });
  const padding = " ".repeat(6_000);
  const first = world.post("metrics", `{}${padding}`);
  await entered.opened;

  const refused = await world.post("metrics", `{"a":1}${padding}`);

  expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "1" }, json: { code: 14 } });
  const inProtobuf = await world.post("metrics", Buffer.alloc(6_000), protobuf);
  expect([inProtobuf.status, ...inProtobuf.body.subarray(0, 2)]).toEqual([503, 8, 14]);
  blocked.open();
  expect((await first).status).toBe(200);
  expect((await world.post("metrics", `{"a":2}${padding}`)).status).toBe(200);
  expect((await world.get("/api/status")).json.dropped).toEqual({ "requests refused for want of room": 2 });
});

test("OTLP 24 a store that fails is 503, for another try; a mistake of the collector's is 500, for none", async () => {
  let failure: Error = new Error("the disk is full");
  class BadStore extends MemoryStore {
    override add(): Promise<boolean> {
      return Promise.reject(failure);
    }
  }
  const errors: unknown[] = [];
  await using world = await startWorld({ store: new BadStore(), onError: (error) => errors.push(error) });

  expect(await world.post("metrics", "{}")).toMatchObject({
    status: 503,
    headers: { "retry-after": "1" },
    json: { code: 14 },
  });
  failure = new TypeError("x is not a function");
  const mistake = await world.post("metrics", "{}");
  expect(mistake).toMatchObject({ status: 500, json: { code: 13 } });
  expect(mistake.headers).not.toHaveProperty("retry-after");
  expect(errors).toHaveLength(2);
});

test("OTLP 25 without the key, with a wrong one or with two the answer is 401 and code 16; forbidden is 403 and 7", async () => {
  const [old, key] = ["0123456789abcdef", "fedcba9876543210"];
  await using world = await startWorld({ otlpKeys: [old, key] });
  const ask = (headers: Record<string, string>) => world.post("traces", "{}", headers);

  for (const known of [old, key]) {
    expect((await ask({ "x-otlp-api-key": known })).status).toBe(200);
    expect((await ask({ Authorization: `Bearer ${known}` })).status).toBe(200);
  }
  for (const headers of [
    {},
    { "x-otlp-api-key": "wrong" },
    { "x-otlp-api-key": key, Authorization: `Bearer ${key}` },
  ]) {
    expect(await ask(headers)).toMatchObject({ status: 401, json: { code: 16 } });
  }
  const inProtobuf = await world.post("traces", "", protobuf);
  expect([inProtobuf.status, ...inProtobuf.body.subarray(0, 2)]).toEqual([401, 8, 16]);
  expect(await ask({ "x-otlp-api-key": key, Origin: "https://evil.example" })).toMatchObject({
    status: 403,
    json: { code: 7 },
  });
});

test("OTLP 26 who sends headers or a body too slowly gets 408 and is hung up on", async () => {
  await using world = await startWorld({ headersTimeoutMs: 60, requestTimeoutMs: 120 });
  const head = "POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
  const [slowHead, slowBody] = await Promise.all([
    answerTo(world, head),
    answerTo(world, `${head}Content-Length: 100\r\n\r\n{`),
  ]);
  expect(slowHead).toMatch(/^HTTP\/1\.1 408 /);
  expect(slowBody).toMatch(/^HTTP\/1\.1 408 /);
  expect((await world.post("metrics", "{}")).status).toBe(200);
});

test("OTLP 27 a body in chunks, without a length, is taken", async () => {
  await using world = await startWorld();
  const body = Buffer.from(shop().wait([1]).metrics());
  const chunks = [body.subarray(0, 1), body.subarray(1, 100), body.subarray(100)];
  expect((await world.post("metrics", chunks)).json).toEqual({});
  const zipped = gzipSync(shop().wait([2]).metrics());
  expect((await world.post("metrics", [zipped.subarray(0, 20), zipped.subarray(20)], gzip)).json).toEqual({});
  expect((await world.get("/api/hotspots")).json.items).toMatchObject([{ waitSeconds: 3 }]);
});

test("OTLP 28 the same bytes sent again are answered as before and counted once, for all three signals", async () => {
  await using world = await startWorld();
  const metrics = shop().wait([1], { name: "ledger" }).metrics();
  const repeated = traces();

  const answers = await Promise.all([metrics, metrics, metrics].map((body) => world.post("metrics", body)));
  for (const body of [repeated, repeated]) await world.post("traces", body);

  expect(answers.map(({ status, json }) => [status, json])).toEqual([
    [200, {}],
    [200, {}],
    [200, {}],
  ]);
  expect((await world.get("/api/hotspots")).json.items).toMatchObject([
    { primitive: { name: "accounts" }, waitSeconds: 1 },
    { primitive: { name: "ledger" }, waitSeconds: 1, operations: 1 },
  ]);
  expect((await world.get("/api/waits")).json.items).toHaveLength(1);
});

test("OTLP 29 log records that are not Holdup's are accepted, and counted as rejected", async () => {
  await using world = await startWorld();
  const logRecords = [
    { body: { stringValue: "hello" } },
    { eventName: "browser.click" },
    { eventName: "holdup.snapshot" },
  ];
  const answer = await world.post(
    "logs",
    JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }),
  );
  expect(answer).toMatchObject({
    status: 200,
    json: { partialSuccess: { rejectedLogRecords: "2", errorMessage: "only holdup events are stored" } },
  });
});

test("OTLP 30 an answer is short, however much there is to say", async () => {
  await using world = await startWorld();
  const key = "x".repeat(100_000);
  const answer = await world.post(
    "traces",
    `{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"${key}"}]}]}]}`,
  );
  const named = await world.post("traces", Buffer.from(`{"${key}":`));
  for (const { status, body } of [answer, named]) {
    expect(status).toBe(400);
    expect(body.length).toBeLessThan(2_000);
  }
});

test("OTLP 31 a page may send only from an origin that was allowed; no other is told anything", async () => {
  const origin = "https://shop.example";
  await using closed = await startWorld();
  await using world = await startWorld({ allowedOrigins: [origin] });
  const url = `${world.collector.url}/v1/traces`;
  const preflight = { Origin: origin, "Access-Control-Request-Method": "POST" };

  const asked = await send(url, { method: "OPTIONS", headers: preflight });
  expect(asked).toMatchObject({
    status: 204,
    headers: {
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "POST",
      vary: "Origin",
    },
  });
  expect(asked.headers["access-control-allow-headers"]).toContain("content-type");
  expect(await world.post("traces", "{}", { Origin: origin })).toMatchObject({
    status: 200,
    headers: { "access-control-allow-origin": origin },
  });
  const refused = [
    await send(url, { method: "OPTIONS", headers: { ...preflight, Origin: "https://evil.example" } }),
    await send(`${closed.collector.url}/v1/traces`, { method: "OPTIONS", headers: preflight }),
    await closed.post("traces", "{}", { Origin: origin }),
    await world.get("/api/status", { Origin: origin }),
  ];
  for (const { status, headers } of refused) {
    expect(status).toBe(403);
    expect(headers).not.toHaveProperty("access-control-allow-origin");
  }
});
