/** How a collector ends: nothing that it began to take is lost, and nothing keeps it. */

import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { expect, test } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { CollectorProcess } from "./testing/collector-process.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { send, startOfTime, startWorld } from "./testing/world.ts";

const head = "POST /v1/metrics HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";

/** A client whose request has begun and not ended. */
async function slowClient(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write(`${head}Expect: 100-continue\r\nContent-Length: 2\r\n\r\n`);
  // It asks whether to go on, so it knows that the collector has the request.
  await once(socket, "data");
  return socket;
}

test("asked to end, it is not ready, takes nothing new, finishes what is in flight, and ends with 0", async () => {
  await using collector = await CollectorProcess.start({ logLevel: "info" });
  const { url, port } = collector;
  const slow = await slowClient(port);

  collector.kill("SIGTERM");
  let ready = await send(`${url}/readyz`, {});
  while (ready.status === 200) ready = await send(`${url}/readyz`, {});
  const late = await send(`${url}/v1/metrics`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: "{}",
  });
  const alive = await send(`${url}/healthz`, {});
  slow.write("{}");
  const [answer] = (await once(slow, "data")) as [Buffer];

  expect(ready).toMatchObject({ status: 503, json: { status: "stopping" } });
  expect(late).toMatchObject({
    status: 503,
    headers: { "retry-after": "1", connection: "close" },
    json: { code: 14 },
  });
  expect(alive.status).toBe(200);
  expect(String(answer)).toMatch(/^HTTP\/1\.1 200 /);
  expect(await collector.ended).toEqual({ code: 0, signal: null });
  expect(collector.log.map(({ msg }) => msg)).toEqual([
    "listening",
    "stopping: takes nothing new",
    "stopped",
  ]);
});

test("asked to end twice, it ends at once", async () => {
  await using collector = await CollectorProcess.start({ drainMs: 60_000 });
  await slowClient(collector.port);

  collector.kill("SIGTERM");
  while ((await send(`${collector.url}/readyz`, {})).status === 200);
  collector.kill("SIGTERM");

  expect(await collector.ended).toEqual({ code: 143, signal: null });
});

test("whoever does not finish is waited for only so long", async () => {
  const closed: string[] = [];
  class Watched extends MemoryStore {
    override async close(): Promise<void> {
      closed.push("store");
      await super.close();
    }
  }
  await using world = await startWorld({ drainMs: 20, store: new Watched() });
  const slow = await slowClient(world.collector.port);
  const end = once(slow, "close");

  await world.collector.close();

  await end;
  expect(closed).toEqual(["store"]);
});

test("it is ready while its store answers", async () => {
  let broken = false;
  class Flaky extends MemoryStore {
    override dropped(): Promise<Record<string, number>> {
      return broken ? Promise.reject(new Error("gone")) : Promise.resolve({});
    }
  }
  await using world = await startWorld({ store: new Flaky() });
  expect(await world.get("/readyz")).toMatchObject({ status: 200, json: { status: "ready" } });
  broken = true;
  expect(await world.get("/readyz")).toMatchObject({ status: 503, json: { status: "store" } });
  expect((await world.get("/healthz")).status).toBe(200);
});

test("it logs JSON lines of the level asked for, a refused request with its reason", async () => {
  await using collector = await CollectorProcess.start({ logLevel: "debug" });
  const headers = { "Content-Type": "application/json" };
  await send(`${collector.url}/v1/metrics`, { method: "POST", headers, body: "?" });
  collector.kill("SIGTERM");
  await collector.ended;
  expect(collector.log).toContainEqual(
    expect.objectContaining({
      level: 20,
      statusCode: 400,
      reason: "The body is not JSON.",
      time: expect.any(String),
    }),
  );
});

test("figures of the collector and of the hot spots are there for Prometheus", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime)
    .wait([1, 2], { name: 'a"b\n' })
    .blame(2.5, { name: 'a"b\n' });
  await world.post("metrics", program.waiters(3, { name: 'a"b\n' }).metrics());
  const old = new ObservedProgram("shop", startOfTime - 86_400_000).wait([1]);
  await world.post("metrics", old.metrics());
  await world.post("traces", "?");
  await world.post("nothing", "{}");

  const answer = await world.get("/metrics");
  const lines = String(answer.body).split("\n");

  expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
  const primitive = 'service="shop",primitive="a\\"b\\n",type="lock"';
  for (const line of [
    'holdup_collector_requests_total{signal="metrics",code="200"} 2',
    'holdup_collector_requests_total{signal="traces",code="400"} 1',
    'holdup_collector_requests_total{signal="unknown",code="404"} 1',
    'holdup_collector_items_total{signal="metrics",result="taken"} 3',
    'holdup_collector_items_total{signal="metrics",result="rejected"} 1',
    'holdup_collector_store_duration_seconds_count{operation="add",result="ok"} 2',
    "holdup_collector_viewers 0",
    "holdup_collector_pending_bytes 0",
    `holdup_wait_seconds_total{${primitive}} 3`,
    `holdup_blame_seconds_total{${primitive}} 2.5`,
    `holdup_waiters{${primitive}} 3`,
  ]) {
    expect(lines).toContain(line);
  }
  const names = lines.map((line) => line.split(/[ {]/)[0]);
  for (const name of [
    "nodejs_eventloop_lag_seconds",
    "process_resident_memory_bytes",
    "process_cpu_seconds_total",
  ]) {
    expect(names).toContain(name);
  }
});
