import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { deadlock, ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { startOfTime, startWorld } from "./testing/world.ts";

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

test("a query does not change the path", async () => {
  await using world = await startWorld();
  expect((await world.post("metrics?x=1", "{}")).status).toBe(200);
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
