import { expect, test } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { spanOf } from "./testing/observed-span.ts";
import { startOfTime, startWorld } from "./testing/world.ts";

test("the status tells how far each process's clock is off, though its points are too far off to be taken", async () => {
  await using world = await startWorld();
  const send = (instance: string, time: number) =>
    world.post("metrics", new ObservedProgram("shop", time, instance).wait([1]).metrics());
  await send("right", startOfTime);
  await send("ahead", startOfTime + 3_600_000);
  await send("behind", startOfTime - 5_000);

  expect((await world.get("/api/status")).json.clockSkew).toEqual([
    { service: "shop", instance: "ahead", skewMs: -3_600_000 },
    { service: "shop", instance: "behind", skewMs: 5_000 },
    { service: "shop", instance: "right", skewMs: 0 },
  ]);
});

test("the status tells how full everything is that has a bound, and that nothing is wrong", async () => {
  const store = new MemoryStore({ now: () => startOfTime, maxWaits: 3 });
  await using world = await startWorld({ store, maxPendingBytes: 1_000_000, maxCurrentBytes: 500_000 });
  const shop = new ObservedProgram("shop", startOfTime);
  await world.post("metrics", shop.waiters(2).metrics());
  await world.post("traces", shop.spans([1, 2].map((number) => spanOf("wait a", number, { seconds: 1 }))));

  const { trouble, occupancy } = (await world.get("/api/status")).json;

  expect(trouble).toBeNull();
  expect(occupancy).toMatchObject({
    "kept waits": { used: 2, max: 3 },
    "pending bytes": { used: 0, max: 1_000_000 },
    "current state bytes": { used: expect.any(Number), max: 500_000 },
    "series in buckets": { max: 200_000 },
  });
  expect(occupancy["current state bytes"].used).toBeGreaterThan(1_000);
});
