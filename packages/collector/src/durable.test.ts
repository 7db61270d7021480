import { join } from "node:path";
import { expect, test } from "vitest";
import { SqliteStore } from "./sqlite-store.ts";
import { deadlock, ObservedProgram } from "./testing/observed-program.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { startOfTime, startWorld, type World } from "./testing/world.ts";

async function worldIn(folder: { readonly path: string }): Promise<World> {
  const now = (): number => startOfTime;
  return startWorld({ store: await SqliteStore.open({ path: join(folder.path, "holdup.db"), now }) });
}

async function blameSeconds(world: World): Promise<number | undefined> {
  return (await world.get("/api/hotspots")).json.items[0]?.blameSeconds;
}

test("a collector that is started again goes on where it was: sums, streams, findings, and what it knows already", async () => {
  await using folder = await temporaryFolder();
  const total = (seconds: number, ageMs: number): Uint8Array =>
    new ObservedProgram("shop", startOfTime)
      .at(startOfTime - ageMs, startOfTime - 20_000)
      .blame(seconds, {}, 2)
      .metrics();
  const found = new ObservedProgram("shop", startOfTime).findings({ a: deadlock(startOfTime) });
  {
    await using first = await worldIn(folder);
    await first.post("metrics", total(5, 2_000));
    await first.post("logs", found);
    expect((await first.get("/api/status")).json).toMatchObject({ durable: true, store: "sqlite" });
    expect(await blameSeconds(first)).toBe(5);
  }

  await using second = await worldIn(folder);
  expect((await second.post("metrics", total(5, 2_000))).status).toBe(200);
  expect(await blameSeconds(second)).toBe(5);
  await second.post("metrics", total(8, 1_000));
  expect(await blameSeconds(second)).toBe(8);
  expect((await second.get("/api/findings")).json.items).toMatchObject([{ id: "a", service: "shop" }]);
});

test("a request sent again with the same bytes counts once, also while the first is on its way", async () => {
  await using folder = await temporaryFolder();
  await using world = await worldIn(folder);
  const body = new ObservedProgram("shop", startOfTime).blame(3).metrics();
  const answers = await Promise.all([1, 2, 3].map(() => world.post("metrics", body)));

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await blameSeconds(world)).toBe(3);
});
