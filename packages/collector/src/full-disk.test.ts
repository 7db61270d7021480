/** A disk that has no room: what is acknowledged stays, what is not is to be sent again, and the status says why. */

import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { SmallDisk } from "./testing/small-disk.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { startOfTime, startWorld, type Answer, type World } from "./testing/world.ts";

const { missing } = SmallDisk;
const mebibyte = 1024 * 1024;

async function worldOn(folder: { readonly path: string }, options: Partial<SqliteStoreOptions> = {}) {
  const now = (): number => startOfTime;
  const path = join(folder.path, "holdup.db");
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const store = await SqliteStore.open({ path, now, mergeMs: 10, onError, ...options });
  return { errors, world: await startWorld({ store, onError }) };
}

/** One operation of each of so many locks. */
function body(number: number, locks: number): Uint8Array {
  const program = new ObservedProgram("shop", startOfTime - number * 10_000);
  for (let i = 0; i < locks; i++) program.wait([0.001], { name: `lock-${i}` });
  return program.metrics();
}

/** Sends such bodies until one is refused: that one, and how many were not. */
async function sendUntilRefused(world: World, from: number, locks: number): Promise<[Answer, number]> {
  for (let number = from; ; number++) {
    const answer = await world.post("metrics", body(number, locks));
    if (answer.status !== 200) return [answer, number];
  }
}

/** Sends it as a client does: again while it is asked to. */
async function sendInTheEnd(world: World, bytes: Uint8Array): Promise<void> {
  let answer = await world.post("metrics", bytes);
  while (answer.status === 503) answer = await world.post("metrics", bytes);
  expect(answer.status).toBe(200);
}

async function operations(world: World): Promise<number> {
  const { items } = (await world.get(`/api/hotspots?from=0&to=${startOfTime}`)).json;
  return items.reduce((sum: number, item: { operations: number }) => sum + item.operations, 0);
}

async function status(world: World): Promise<any> {
  return (await world.get("/api/status")).json;
}

const comeAgain = { status: 503, headers: { "retry-after": "1" }, json: { code: 14 } };

test("a full disk refuses what comes, and takes it when there is room", async ({ skip }) => {
  skip(missing !== undefined, missing);
  await using disk = await SmallDisk.mount(8 * mebibyte);
  let acknowledged = 0;
  {
    const { world, errors } = await worldOn(disk);
    await using _ = world;
    await sendInTheEnd(world, body(0, 5));
    await disk.fill(200_000);
    const [refused, number] = await sendUntilRefused(world, 1, 5);

    expect(refused).toMatchObject(comeAgain);
    const { trouble, durable } = await status(world);
    expect([trouble, durable]).toEqual([expect.stringMatching(/no space left|full/), true]);
    expect(errors.length).toBeGreaterThan(0);

    await disk.empty();
    await sendInTheEnd(world, body(number, 5));
    acknowledged = (number + 1) * 5;
    await expect.poll(() => status(world)).toMatchObject({ trouble: null });
    expect(await operations(world)).toBe(acknowledged);
  }

  const { world } = await worldOn(disk);
  await using _ = world;
  expect(await operations(world)).toBe(acknowledged);
  expect((await status(world)).dropped).toEqual({});
});

test("a collector that ends while the disk is full has lost nothing", async ({ skip }) => {
  skip(missing !== undefined, missing);
  await using disk = await SmallDisk.mount(8 * mebibyte);
  let acknowledged = 0;
  {
    const { world } = await worldOn(disk);
    await using _ = world;
    await sendInTheEnd(world, body(0, 5));
    await disk.fill(200_000);
    acknowledged = (await sendUntilRefused(world, 1, 5))[1] * 5;
  }

  await disk.empty();
  const { world } = await worldOn(disk);
  await using _ = world;
  expect(await operations(world)).toBe(acknowledged);
});

test("while only the journal has room, so much is taken and not more", async ({ skip }) => {
  skip(missing !== undefined, missing);
  await using disk = await SmallDisk.mount(4 * mebibyte);
  await using elsewhere = await temporaryFolder();
  await mkdir(join(elsewhere.path, "journal"));
  await symlink(join(elsewhere.path, "journal"), join(disk.path, "holdup.db.journal"));
  const { world, errors } = await worldOn(disk, { maxUnmergedBytes: mebibyte });
  await using _ = world;
  await sendInTheEnd(world, body(0, 50));
  await disk.fill(0);

  const [refused, number] = await sendUntilRefused(world, 1, 50);

  expect(refused).toMatchObject(comeAgain);
  const { trouble, occupancy, dropped } = await status(world);
  expect(trouble).toMatch(/^What comes stays in the store's journal, as it can't be merged: .*full/);
  const { used, max } = occupancy["unmerged bytes"];
  expect([used > max / 2, used <= max]).toEqual([true, true]);
  expect(dropped).toEqual({ "requests refused for want of room": 1 });
  // Told once, however often it was tried.
  expect(errors).toHaveLength(1);
  expect((await world.post("metrics", body(number - 1, 50))).status).toBe(200);

  await disk.empty();
  await sendInTheEnd(world, body(number, 50));
  expect(await operations(world)).toBe((number + 1) * 50);
  expect((await status(world)).trouble).toBeNull();
});

test("a folder that can't be written is a sentence at the start, and what is in it stays", async () => {
  await using disk = await SmallDisk.mount(4 * mebibyte);
  const { world } = await worldOn(disk);
  await using _ = world;
  await sendInTheEnd(world, body(0, 1));
  await world.collector.close();
  disk.remount("ro");
  await expect(worldOn(disk)).rejects.toMatchObject({
    code: "ERR_STORE",
    message: expect.stringContaining("writable"),
  });
  disk.remount("rw");
  const again = await worldOn(disk);
  await using __ = again.world;
  expect(await operations(again.world)).toBe(1);
});
