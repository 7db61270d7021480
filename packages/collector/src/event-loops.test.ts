import type { EventLoopHistory, Page } from "@holdup/protocol";
import { expect, test } from "vitest";
import { ObservedProgram } from "./testing/observed-program.ts";
import { startOfTime, startWorld, type World } from "./testing/world.ts";

async function loops(world: World, query = ""): Promise<readonly EventLoopHistory[]> {
  const { json } = await world.get(`/api/event-loop${query}`);
  return (json as Page<EventLoopHistory>).items;
}

test("what a process tells of its event loop adds up in buckets of ten seconds", async () => {
  await using world = await startWorld();
  const tenLater = startOfTime + 10_000;
  world.clock.now = tenLater;
  for (const [time, delays] of [
    [startOfTime - 1000, [0.001, 0.001, 0.004]],
    [startOfTime, [0.002]],
    [tenLater, [3]],
  ] as const) {
    const program = new ObservedProgram("shop", time)
      .loop(delays, 0.5, [0.75, 0.25])
      .collections("minor", [0.002, 0.001])
      .memory({ new_space: 1000, old_space: time - startOfTime }, 90_000);
    await world.post("metrics", program.metrics());
  }

  const [loop] = await loops(world);
  expect(loop).toMatchObject({ service: "shop", instance: "i-1", stepSeconds: 10, waits: [] });
  expect(loop?.points).toMatchObject([
    {
      time: startOfTime,
      delayMax: 0.004,
      stalledSeconds: 1,
      activeSeconds: 1.5,
      idleSeconds: 0.5,
      gc: [{ type: "minor", count: 4, seconds: expect.closeTo(0.006), maxSeconds: 0.002 }],
      heapUsedBytes: 1000,
      residentBytes: 90_000,
    },
    { time: tenLater, delayP50: 3, delayMax: 3, heapUsedBytes: 11_000 },
  ]);
  expect(loop?.points[0]?.delayP50).toBeCloseTo(0.001, 4);
});

test("waiting is told apart: contention, the loop standing still, and the hand-off", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime)
    .loop([3], 3, [4, 6])
    .blame(5, { name: "inventory" })
    .blame(1, { name: "inventory" })
    .stalledWait(3, { name: "inventory" })
    .handoff([0.25, 0.5], { name: "inventory" })
    .blame(9, { name: "payments" });
  await world.post("metrics", program.metrics());

  const [loop] = await loops(world);
  expect(loop?.points).toMatchObject([{ waitSeconds: 15, stalledWaitSeconds: 3, handoffSeconds: 0.75 }]);
  expect(loop?.waits).toMatchObject([
    { primitive: { name: "inventory" }, waitSeconds: 6, stalledWaitSeconds: 3, handoffSeconds: 0.75 },
    { primitive: { name: "payments" }, waitSeconds: 9, stalledWaitSeconds: 0, handoffSeconds: 0 },
  ]);
});

test("waiting counts whichever part of the request tells of it, and only of programs that tell of their loop", async () => {
  await using world = await startWorld();
  const together = (...programs: ObservedProgram[]): string => {
    const sent = programs.map((program) => JSON.parse(Buffer.from(program.metrics()).toString()));
    return JSON.stringify({ resourceMetrics: sent.flatMap(({ resourceMetrics }) => resourceMetrics) });
  };
  const loop = new ObservedProgram("shop", startOfTime).loop([3], 3, [4, 6]);
  const waits = new ObservedProgram("shop", startOfTime).blame(5, { name: "inventory" });
  const other = new ObservedProgram("mail", startOfTime).blame(5, { name: "outbox" });
  await world.post("metrics", together(waits, loop, other));

  expect(await loops(world)).toMatchObject([{ service: "shop", points: [{ waitSeconds: 5 }] }]);
});

test("a request that is sent again counts once", async () => {
  await using world = await startWorld();
  const body = new ObservedProgram("shop", startOfTime).loop([0.1], 1, [1, 9]).metrics();
  await world.post("metrics", body);
  await world.post("metrics", body);

  expect((await loops(world))[0]?.points).toMatchObject([{ stalledSeconds: 1, activeSeconds: 1 }]);
});

test("each process has its own, and a service or a time can be asked for", async () => {
  await using world = await startWorld();
  for (const [service, instance] of [
    ["shop", "b"],
    ["shop", "a"],
    ["mail", "c"],
  ] as const) {
    const program = new ObservedProgram(service, startOfTime, instance).loop([0.1], 0, [1, 9]);
    await world.post("metrics", program.metrics());
  }

  expect((await loops(world)).map(({ instance }) => instance)).toEqual(["c", "a", "b"]);
  expect((await loops(world, "?service=shop")).map(({ instance }) => instance)).toEqual(["a", "b"]);
  expect(await loops(world, `?to=${startOfTime - 60_000}&from=0`)).toEqual([]);
});

test("an hour is kept, of the hundred processes heard of last", async () => {
  await using world = await startWorld();
  const send = (instance: string): Promise<unknown> => {
    const program = new ObservedProgram("shop", world.clock.now, instance).loop([0.1], 0, [1, 9]);
    return world.post("metrics", program.metrics());
  };
  await send("first");
  for (let i = 0; i < 99; i++) await send(`i-${i}`);
  world.clock.now += 3_600_001;
  await send("first");
  const all = "?from=0";
  expect((await loops(world, all)).map(({ instance }) => instance)).toEqual(["first"]);
  expect((await loops(world, all))[0]?.points).toHaveLength(1);

  await send("one-more");
  expect((await world.get("/api/status")).json.dropped).toMatchObject({ "event loops": 1 });
});

test("primitives that are too many share a row", async () => {
  await using world = await startWorld();
  const program = new ObservedProgram("shop", startOfTime).loop([0.1], 0, [1, 9]);
  for (let i = 0; i < 30; i++) program.stalledWait(1, { name: `lock ${i}` });
  await world.post("metrics", program.metrics());

  const [loop] = await loops(world);
  expect(loop?.waits).toHaveLength(21);
  expect(loop?.waits[0]).toMatchObject({ primitive: { name: "(other primitives)" }, stalledWaitSeconds: 10 });
});
