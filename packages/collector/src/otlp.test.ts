import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { deadlock, ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { send, startOfTime, startWorld } from "./testing/world.ts";

const protobuf = { "Content-Type": "application/x-protobuf" };
const gzip = { "Content-Encoding": "gzip" };
const captures = new URL("fixtures/captured-otel-js/", import.meta.url);
const examples = new URL("fixtures/opentelemetry-proto/", import.meta.url);

/** A google.rpc.Status with code 3 in protobuf, and its message. */
function invalidArgument(body: Buffer): string {
  expect([...body.subarray(0, 3)]).toEqual([8, 3, 18]);
  return body.subarray(4).toString();
}

test("everything that real exporters sent is accepted in its own content type, and refused cut short", async () => {
  await using world = await startWorld();
  const names = readdirSync(captures).filter((name) => name.includes("_v1_"));
  for (const name of names) {
    const body = readFileSync(new URL(name, captures));
    const [, signal = "", form] = /_v1_(\w+)\.(\w+)/.exec(name) ?? [];
    const type = form === "pb" ? "application/x-protobuf" : "application/json";
    const headers = { "Content-Type": type, ...(name.endsWith(".gz") ? gzip : {}) };

    const accepted = await world.post(signal, [body], headers);
    const refused = await world.post(signal, body.subarray(0, body.length - 3), headers);

    expect([name, accepted.status, accepted.headers["content-type"]]).toEqual([name, 200, type]);
    expect(accepted.body.toString()).toBe(form === "pb" ? "" : "{}");
    expect([name, refused.status, refused.headers["content-type"]]).toEqual([name, 400, type]);
    if (form === "pb") expect(invalidArgument(refused.body)).toMatch(/\.$/);
    else expect(refused.json).toEqual({ code: 3, message: expect.stringMatching(/\.$/) });
  }
  expect(names).toHaveLength(30);
  expect((await world.get("/api/status")).json.requests).toEqual({ accepted: 30, refused: { 400: 30 } });
});

test("the official examples are accepted; events of others are counted as rejected", async () => {
  await using world = await startWorld();
  const example = (name: string): Buffer => readFileSync(new URL(`${name}.json`, examples));

  expect(await world.post("traces", example("trace"))).toMatchObject({ status: 200, json: {} });
  expect(await world.post("metrics", example("metrics"))).toMatchObject({ status: 200, json: {} });
  for (const name of ["logs", "events"]) {
    expect(await world.post("logs", example(name))).toMatchObject({
      status: 200,
      json: { partialSuccess: { rejectedLogRecords: "1", errorMessage: "only holdup events are stored" } },
    });
  }
});

test("a finding that says nothing is rejected with the reason, and the others are kept", async () => {
  await using world = await startWorld();
  const findings = { a: deadlock(startOfTime), b: deadlock(startOfTime, { message: 7 }), "": {} };

  expect(
    (await world.post("logs", new ObservedProgram("shop", startOfTime).findings(findings))).json,
  ).toEqual({
    partialSuccess: {
      rejectedLogRecords: "2",
      errorMessage: "a finding has no message; a finding has no holdup.finding.id",
    },
  });
  expect((await world.get("/api/findings")).json).toMatchObject({ items: [{ id: "a" }] });
});

test("an empty request is accepted in both forms", async () => {
  await using world = await startWorld();
  for (const signal of ["traces", "metrics", "logs"]) {
    expect((await world.post(signal, "", protobuf)).status).toBe(200);
    expect((await world.post(signal, "{}")).json).toEqual({});
  }
});

test("rejected points are told in the form of the request", async () => {
  await using world = await startWorld();
  const old = new ObservedProgram("shop", startOfTime - 86_400_000).wait([1]).metrics();
  expect((await world.post("metrics", old)).json).toEqual({
    partialSuccess: { rejectedDataPoints: "1", errorMessage: "a point is older than the retention" },
  });

  // resourceLogs { scopeLogs { logRecords { } } }
  const foreign = await world.post("logs", Uint8Array.of(10, 4, 18, 2, 18, 0), protobuf);
  const message = "only holdup events are stored";
  expect([...foreign.body.subarray(0, 6)]).toEqual([10, message.length + 4, 8, 1, 18, message.length]);
  expect(foreign.body.subarray(6).toString()).toBe(message);
});

test("spans without ids are rejected, those with ids accepted", async () => {
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

test.each([
  ["application/json; charset=utf-8", 200],
  ["APPLICATION/JSON", 200],
  ["text/plain", 415],
  ["application/x-www-form-urlencoded", 415],
  ["", 415],
])("the content type %j is answered with %i", async (type, status) => {
  await using world = await startWorld();
  const answer = await world.post("metrics", "{}", { "Content-Type": type });
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe(status === 200 ? "application/json" : "text/plain");
  if (status === 415) {
    expect(answer.body.toString()).toBe(
      "415 unsupported media type, supported: [application/json, application/x-protobuf]",
    );
  }
});

test.each(["GET", "PUT", "PATCH", "DELETE", "OPTIONS"])("%s is not allowed", async (method) => {
  await using world = await startWorld();
  const answer = await send(`${world.collector.url}/v1/traces`, { method });
  expect(answer).toMatchObject({ status: 405, headers: { allow: "POST", "content-type": "text/plain" } });
});

test("other paths under /v1 are not found", async () => {
  await using world = await startWorld();
  for (const path of ["profiles", "", "traces/", "__proto__", "toString"]) {
    expect((await world.post(path, "{}")).status).toBe(404);
  }
});

test("a query does not change the path", async () => {
  await using world = await startWorld();
  expect((await world.post("metrics?x=1", "{}")).status).toBe(200);
});

test("gzip is understood, also in several members; anything wrong with it is 400", async () => {
  await using world = await startWorld();
  const zipped = gzipSync("{}");
  expect((await world.post("metrics", zipped, gzip)).status).toBe(200);
  expect((await world.post("metrics", Buffer.concat([gzipSync("{"), gzipSync("}")]), gzip)).status).toBe(200);
  expect((await world.post("metrics", zipped, { "Content-Encoding": "GZIP" })).status).toBe(200);

  const badSum = Buffer.from(zipped);
  badSum[zipped.length - 6] = (badSum[zipped.length - 6] ?? 0) ^ 1;
  const junk = Buffer.concat([zipped, Buffer.from("junk")]);
  for (const body of [Buffer.from("{}"), Buffer.alloc(0), zipped.subarray(0, -1), badSum, junk]) {
    const answer = await world.post("metrics", body, gzip);
    expect([body.toString("hex"), answer.status]).toEqual([body.toString("hex"), 400]);
    expect(answer.json).toMatchObject({ code: 3 });
  }
});

test("other encodings are not supported, and the answer says which one is", async () => {
  await using world = await startWorld();
  for (const encoding of ["br", "zstd", "deflate", "gzip, gzip"]) {
    const answer = await world.post("metrics", "{}", { "Content-Encoding": encoding });
    expect(answer).toMatchObject({ status: 415, headers: { "accept-encoding": "gzip" } });
  }
  expect((await world.post("metrics", "{}", { "Content-Encoding": "identity" })).status).toBe(200);
});

test("a body past the limit is 413 and ends the connection, whether announced, chunked or zipped", async () => {
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

test("an endless body is answered before it ends", async () => {
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

test("a program's metrics come out as hot spots", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime)
    .wait([1, 2], { site: siteAt(7) })
    .hold([3], { site: siteAt(9) })
    .blame(3, { holder: siteAt(9) })
    .waiters(2);
  await world.post("metrics", gzipSync(program.metrics()), gzip);

  const { items } = (await world.get("/api/hotspots?service=shop")).json;
  expect(items).toMatchObject([
    { service: "shop", waiterSite: siteAt(7), holderSite: siteAt(9), blameSeconds: 3, waiters: 2, share: 1 },
  ]);
});

test("a primitive that is waited for without end is a hot spot before any wait ended", async () => {
  await using world = await startWorld();
  await world.post(
    "metrics",
    new ObservedProgram("shop", startOfTime).waiters(2, { name: "stuck" }).metrics(),
  );
  expect((await world.get("/api/hotspots")).json.items).toMatchObject([
    { primitive: { name: "stuck" }, operations: 0, waiters: 2 },
  ]);
});

test("what the programs themselves could not keep is counted as dropped", async () => {
  await using world = await startWorld();
  const dropped = {
    name: "holdup.spans.dropped",
    sum: {
      aggregationTemporality: 1,
      isMonotonic: true,
      dataPoints: [{ asInt: "7", timeUnixNano: `${startOfTime}000000` }],
    },
  };
  const body = JSON.stringify({ resourceMetrics: [{ scopeMetrics: [{ metrics: [dropped] }] }] });
  expect((await world.post("metrics", body)).json).toEqual({});
  expect((await world.get("/api/status")).json.dropped).toEqual({ "holdup.spans.dropped": 7 });
});
