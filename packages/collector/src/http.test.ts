import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { deadlock, ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { send, startOfTime, startWorld } from "./testing/world.ts";

const span = {
  traceId: "1".repeat(32),
  spanId: "2".repeat(16),
  name: "wait accounts",
  startTimeUnixNano: `${startOfTime - 2_000}000000`,
  endTimeUnixNano: `${startOfTime}000000`,
  attributes: [
    { key: "holdup.primitive.name", value: { stringValue: "accounts" } },
    { key: "holdup.primitive.type", value: { stringValue: "lock" } },
    { key: "holdup.operation.name", value: { stringValue: "acquire" } },
    { key: "holdup.outcome", value: { stringValue: "granted" } },
    { key: "holdup.contended", value: { boolValue: true } },
    { key: "holdup.task.name", value: { stringValue: "checkout" } },
    { key: "holdup.wait.blocked", value: { doubleValue: 1.5 } },
    { key: "holdup.wait.handoff", value: { doubleValue: 0.5 } },
    { key: "holdup.sampling.probability", value: { doubleValue: 0.25 } },
    { key: "code.function.name", value: { stringValue: "transfer" } },
    { key: "code.file.path", value: { stringValue: "src/accounts.ts" } },
    { key: "code.line.number", value: { intValue: "7" } },
  ],
  links: [
    {
      traceId: "1".repeat(32),
      spanId: "3".repeat(16),
      attributes: [{ key: "holdup.link.type", value: { stringValue: "holder" } }],
    },
    { traceId: "1".repeat(32), spanId: "4".repeat(16) },
  ],
};

test("the collector is healthy", async () => {
  await using world = await startWorld();
  expect(await world.get("/healthz")).toMatchObject({ status: 200, json: { status: "ok" } });
});

test("the status tells what was received and whether it lasts", async () => {
  await using world = await startWorld();
  expect((await world.get("/api/status")).json).toMatchObject({ lastReceivedAt: null, services: [] });
  world.clock.now += 5_000;
  await world.post("metrics", new ObservedProgram("shop", startOfTime).wait([1]).metrics());
  await world.post("metrics", "?");
  expect((await world.get("/api/status")).json).toEqual({
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    startedAt: startOfTime,
    durable: false,
    store: "memory",
    requests: { accepted: 1, refused: { 400: 1 } },
    dropped: {},
    lastReceivedAt: startOfTime + 5_000,
    retentionSeconds: 3_600,
    maxPendingBytes: 128 * 1024 * 1024,
    trouble: null,
    occupancy: {
      "pending bytes": { used: 0, max: 128 * 1024 * 1024 },
      "current state bytes": { used: expect.any(Number), max: expect.any(Number) },
      "kept waits": { used: 0, max: 5_000 },
      "kept holds": { used: 0, max: 5_000 },
      "series in buckets": { used: 1, max: expect.any(Number) },
    },
    clockSkew: expect.any(Array),
    repeatedSpans: 0,
    repeatedPoints: 0,
    viewers: 0,
    services: ["shop"],
    knownSince: { shop: startOfTime },
  });
});

test("the services are listed with their processes", async () => {
  await using world = await startWorld();
  for (const instance of ["i-1", "i-2"]) {
    await world.post("metrics", new ObservedProgram("shop", startOfTime, instance).wait([1]).metrics());
  }
  expect((await world.get("/api/services")).json).toEqual({
    items: [{ name: "shop", primitives: 1, instances: 2, firstSeenAt: startOfTime, lastSeenAt: startOfTime }],
    next: null,
  });
});

test("hot spots are asked for by service, time, grouping and limit", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("my shop", startOfTime)
    .wait([3], { site: siteAt(1) })
    .wait([2], { site: siteAt(2) })
    .wait([1], { name: "ledger" });
  await world.post("metrics", program.metrics());
  const ask = async (query: string) => (await world.get(`/api/hotspots?${query}`)).json;

  const first = await ask("service=my%20shop&by=waiter&limit=2");
  expect(first.items.map((row: any) => row.waiterSite.lineNumber)).toEqual([1, 2]);
  expect((await ask(`by=waiter&limit=2&cursor=${first.next}`)).items).toHaveLength(1);
  expect(await ask("service=nobody")).toEqual({ items: [], next: null });
  const before = new Date(startOfTime - 60_000).toISOString();
  expect((await ask(`to=${before}`)).items).toEqual([]);
  expect((await ask(`from=${before}&to=${startOfTime}`)).items).toHaveLength(2);
});

test("a primitive is told with its history and its state right now", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime)
    .wait([0.5], { name: "a/b c", site: siteAt(7) })
    .waiters(1, { name: "a/b c" })
    .holders(1, { name: "a/b c" });
  await world.post("metrics", program.metrics());
  const holder = { task: "checkout", site: siteAt(9), sinceMs: 120.5, operation: "acquire" };
  const waiter = { task: "refund", sinceMs: 80, operation: "acquire" };
  await world.post(
    "logs",
    program.snapshot([{ name: "a/b c", type: "lock", holders: [holder], waiters: [waiter] }]),
  );

  const path = `/api/primitives/shop/${encodeURIComponent("a/b c")}`;
  expect((await world.get(path)).json).toMatchObject({
    service: "shop",
    primitive: { name: "a/b c", type: "lock" },
    wait: { count: 1, sum: 0.5, p50: 0.5, max: 0.5, histogram: [{ count: 1 }] },
    waiterSites: [{ site: siteAt(7) }],
    waiters: 1,
    holders: 1,
    state: { name: "a/b c", type: "lock", holders: [holder], waiters: [{ ...waiter, site: null }] },
  });

  world.clock.now += 5_000;
  expect((await world.get(path)).json.state).toBeNull();
  expect(await world.get("/api/primitives/shop/unheard-of")).toMatchObject({
    status: 404,
    json: { error: { code: "not_found", message: "No such primitive in that time." } },
  });
});

test("kept waits are told with what blocked them; other spans are not kept", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime);
  const hold = { ...span, spanId: "3".repeat(16), name: "hold accounts" };
  await world.post("traces", program.spans([span, hold, { ...span, attributes: [], name: "GET /" }]));

  expect((await world.get("/api/waits?service=shop&primitive=accounts")).json).toEqual({
    items: [
      {
        service: "shop",
        instance: "i-1",
        primitive: { name: "accounts", type: "lock" },
        operation: "acquire",
        outcome: "granted",
        contended: true,
        waiterSite: siteAt(7),
        task: "checkout",
        start: startOfTime - 2_000,
        end: startOfTime,
        waitSeconds: 2,
        blockedSeconds: 1.5,
        handoffSeconds: 0.5,
        traceId: span.traceId,
        spanId: span.spanId,
        parentSpanId: "",
        holders: [{ traceId: span.traceId, spanId: "3".repeat(16) }],
        samplingProbability: 0.25,
      },
    ],
    next: null,
  });
});

test("kept holds are told with their permits and the wait that was granted them", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime);
  const grant = { key: "holdup.link.type", value: { stringValue: "grant" } };
  const hold = {
    ...span,
    spanId: "3".repeat(16),
    name: "hold accounts",
    attributes: [...span.attributes, { key: "holdup.permits.requested", value: { intValue: "2" } }],
    links: [{ traceId: span.traceId, spanId: span.spanId, attributes: [grant] }],
  };
  await world.post("traces", program.spans([span, hold]));

  expect((await world.get("/api/holds?service=shop&primitive=accounts")).json).toEqual({
    items: [
      {
        service: "shop",
        instance: "i-1",
        primitive: { name: "accounts", type: "lock" },
        operation: "acquire",
        holderSite: siteAt(7),
        task: "checkout",
        start: startOfTime - 2_000,
        end: startOfTime,
        holdSeconds: 2,
        permits: 2,
        traceId: span.traceId,
        spanId: "3".repeat(16),
        parentSpanId: "",
        wait: { traceId: span.traceId, spanId: span.spanId },
        samplingProbability: 0.25,
      },
    ],
    next: null,
  });
});

test("a primitive is told with who waited for whom and what the holders did", async () => {
  await using world = await startWorld();
  const holder = { holder: siteAt(9) };
  const program = new ObservedProgram("shop", startOfTime)
    .blame(3, { site: siteAt(7), ...holder })
    .blame(1, holder)
    .activity("in SELECT stock", 0.072, holder)
    .activity("waiting for payments", 0.006, holder)
    .explained(2, holder);
  await world.post("metrics", program.metrics());

  const activities = [
    { name: "in SELECT stock", seconds: 0.072 },
    { name: "waiting for payments", seconds: 0.006 },
  ];
  const held = { holderSite: siteAt(9), holds: 2, activities };
  expect((await world.get("/api/primitives/shop/accounts")).json).toMatchObject({
    matrix: [
      { waiterSite: siteAt(7), holderSite: siteAt(9), blameSeconds: 3 },
      { waiterSite: null, holderSite: siteAt(9), blameSeconds: 1 },
    ],
    activities: [held],
  });
  expect((await world.get("/api/hotspots")).json.items).toMatchObject([{ blameSeconds: 4, held }]);
});

test("findings are listed newest first, by service and time, in pages that new ones don't shift", async () => {
  await using world = await startWorld();
  const shop = new ObservedProgram("shop", startOfTime);
  await world.post("logs", shop.findings({ a: deadlock(startOfTime), b: deadlock(startOfTime) }));
  world.clock.now += 60_000;
  const later = deadlock(startOfTime + 60_000, { firstSeen: startOfTime + 50_000 });
  await world.post("logs", new ObservedProgram("bank", startOfTime + 60_000).findings({ c: later }));
  const ask = async (query: string) => (await world.get(`/api/findings?${query}`)).json;
  const ids = async (query: string) => (await ask(query)).items.map(({ id }: { id: string }) => id);

  const first = await ask("limit=2");
  await world.post("logs", shop.findings({ d: deadlock(startOfTime + 60_000) }));

  expect(first.items.map(({ id }: { id: string }) => id)).toEqual(["c", "b"]);
  expect(await ask(`limit=2&cursor=${first.next}`)).toMatchObject({ items: [{ id: "a" }], next: null });
  expect(await ids("service=bank")).toEqual(["c"]);
  expect(await ids(`to=${startOfTime}`)).toEqual(["b", "a"]);
  expect(await ids(`from=${startOfTime + 30_000}`)).toEqual(["d", "c"]);
  expect(await ids("service=nobody")).toEqual([]);
});

test("primitives without a name are kept, and asked for, as unnamed", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime).wait([2], { name: "" }).waiters(1, { name: "" });
  const attributes = [
    { key: "holdup.primitive.name", value: { stringValue: "" } },
    { key: "holdup.primitive.type", value: { stringValue: "lock" } },
  ];
  expect((await world.post("metrics", program.metrics())).json).toEqual({});
  await world.post("traces", program.spans([{ ...span, name: "wait ", attributes }]));
  await world.post("logs", program.snapshot([{ name: "", type: "lock", holders: [], waiters: [{}] }]));

  expect((await world.get("/api/hotspots")).json.items).toMatchObject([
    { primitive: { name: "(unnamed)", type: "lock" }, waitSeconds: 2, waiters: 1 },
  ]);
  expect((await world.get("/api/primitives/shop/(unnamed)")).json).toMatchObject({
    wait: { sum: 2 },
    state: { waiters: [{}] },
  });
  expect((await world.get("/api/waits?primitive=(unnamed)")).json.items).toHaveLength(1);
});

test("the stretch of an outage is told as seconds not received, until they come late", async () => {
  await using world = await startWorld();
  const tell = (from: number, to: number): Promise<unknown> => {
    const program = new ObservedProgram("shop", startOfTime);
    return world.post(
      "metrics",
      program
        .at(startOfTime + to, startOfTime + from)
        .wait([1])
        .metrics(),
    );
  };
  const dropped = async (): Promise<unknown> => (await world.get("/api/status")).json.dropped;

  await tell(0, 10_000);
  await tell(70_000, 80_000);
  expect(await dropped()).toEqual({ "seconds of shop not received": 60 });

  await tell(10_000, 40_000);
  expect(await dropped()).toEqual({ "seconds of shop not received": 30 });
});

test.each([
  ["/api/hotspots?colour=red", "unknown_parameter"],
  ["/api/hotspots?by=colour", "bad_value"],
  ["/api/hotspots?from=yesterday", "bad_value"],
  ["/api/hotspots?limit=0", "bad_value"],
  ["/api/status?x=1", "unknown_parameter"],
  ["/api/waits?cursor=x", "bad_value"],
  ["/api/findings?severity=error", "unknown_parameter"],
  ["/api/findings?limit=many", "bad_value"],
  ["/api/primitives/a/b?limit=1", "unknown_parameter"],
  ["/api/primitives/%zz/b", "bad_request"],
])("%s is answered with 400 and a reason", async (path, code) => {
  await using world = await startWorld();
  expect(await world.get(path)).toMatchObject({
    status: 400,
    headers: { "content-type": "application/json; charset=utf-8" },
    json: { error: { code, message: expect.stringMatching(/\.$/) } },
  });
});

test("unknown API routes are 404 and writing is 405, in the shape of all errors", async () => {
  await using world = await startWorld();
  for (const path of ["/api", "/api/nothing", "/api/primitives/a"]) {
    expect(await world.get(path)).toMatchObject({ status: 404, json: { error: { code: "not_found" } } });
  }
  const written = await send(`${world.collector.url}/api/hotspots`, { method: "POST" });
  expect(written).toMatchObject({ status: 405, json: { error: { code: "method_not_allowed" } } });
});

test("every answer forbids what a page of telemetry must not do, and shares with no other origin", async () => {
  await using world = await startWorld();
  for (const path of ["/", "/healthz", "/api/status", "/api/nothing", "/missing.js"]) {
    const { headers } = await world.get(path);
    expect(headers).toMatchObject({
      "content-security-policy": expect.stringContaining("frame-ancestors 'none'"),
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    expect(headers).not.toHaveProperty("access-control-allow-origin");
    expect(headers).not.toHaveProperty("x-powered-by");
  }
});

test("the dashboard is served for its own paths, and a missing file is missing", async () => {
  const publicFolder = mkdtempSync(join(tmpdir(), "holdup-public-"));
  writeFileSync(join(publicFolder, "index.html"), "<!doctype html>the page");
  writeFileSync(join(publicFolder, "page.js"), "1");
  await using world = await startWorld({ publicFolder });
  const html = { Accept: "text/html,*/*" };

  for (const path of ["/", "/primitives/shop/accounts", "/deep.link"]) {
    const answer = await world.get(path, html);
    expect([path, answer.status, answer.body.toString()]).toEqual([path, 200, "<!doctype html>the page"]);
  }
  expect((await world.get("/page.js")).status).toBe(200);
  expect((await world.get("/missing.js")).status).toBe(404);
  expect((await world.get("/../package.json", html)).body.toString()).not.toContain("@holdup");
  rmSync(publicFolder, { recursive: true });
});

test("without a built dashboard a page says how to build it", async () => {
  await using world = await startWorld({ publicFolder: join(tmpdir(), "holdup-nowhere") });
  const answer = await world.get("/");
  expect(answer.headers["content-type"]).toBe("text/plain; charset=utf-8");
  expect(answer.body.toString()).toContain("pnpm build");
});
