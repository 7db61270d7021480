import { appendFile, chmod, cp, mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { SqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
import type { Store } from "./store.ts";
import { siteAt } from "./testing/observed-program.ts";
import { batch, blame, finding, keptWait, now, wait } from "./testing/rollups.ts";
import { storeConformance } from "./testing/store-conformance.ts";
import { answersOf } from "./testing/store-history.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";

const minute = 60_000;
const page = { from: now - 900_000, to: now, limit: 100 };

const stores = await temporaryFolder();
afterAll(() => stores[Symbol.asyncDispose]());
let opened = 0;

storeConformance(
  "sqlite",
  async (options) => SqliteStore.open({ ...options, path: join(stores.path, `${opened++}.db`) }),
  8,
);

function open(
  folder: { readonly path: string },
  options: Partial<SqliteStoreOptions> = {},
): Promise<SqliteStore> {
  const never = 3_600_000;
  return SqliteStore.open({
    path: join(folder.path, "holdup.db"),
    now: () => now,
    mergeMs: never,
    ...options,
  });
}

async function operations(store: Store, span = page): Promise<number | undefined> {
  return (await store.hotSpots({ ...page, ...span, by: "primitive" })).items[0]?.operations;
}

const everything = batch({
  rollups: [wait([1, 2], { waiterSite: siteAt(1) }), blame(3, siteAt(30)), wait([4], { service: "bank" })],
  waits: [keptWait("1")],
  findings: [finding("a")],
  readings: new Map([["stream", { startTime: now - 1_000, time: now, value: 7 }]]),
});

test("after a restart everything is answered as before, and a batch sent again is known", async () => {
  await using folder = await temporaryFolder();
  const first = await open(folder);
  await first.add(everything);
  const answers = await answersOf(first, now);
  await first.close();

  const second = await open(folder);
  expect(await answersOf(second, now)).toEqual(answers);
  expect(await second.add(everything)).toBe(false);
  expect([...(await second.readings(["stream"])).values()]).toMatchObject([{ value: 7 }]);
  expect(await answersOf(second, now)).toEqual(answers);
  await second.close();
});

test("what was acknowledged but not merged comes back from the journal, once", async () => {
  await using folder = await temporaryFolder();
  await using copy = await temporaryFolder();
  const store = await open(folder);
  await store.add(batch({ rollups: [wait([1])] }));
  await operations(store);
  await store.add(everything);
  await store.add(batch({ rollups: [wait([1])] }));
  // As a crash at this moment would leave it.
  await cp(folder.path, copy.path, { recursive: true });
  const answers = await answersOf(store, now);
  await store.close();

  for (const _ of [1, 2]) {
    const restarted = await open(copy);
    expect(restarted.recovered).toMatchObject({ records: 3, lostBytes: 0 });
    expect(await restarted.add(everything)).toBe(false);
    expect(await answersOf(restarted, now)).toEqual(answers);
    await restarted.close();
  }
});

test("a damaged end of the journal is cut off and told, and the rest is kept", async () => {
  await using folder = await temporaryFolder();
  const store = await open(folder);
  await store.add(everything);
  await store.close();
  const journal = join(folder.path, "holdup.db.journal");
  const [segment = ""] = await readdir(journal);
  await appendFile(join(journal, segment), "torn");

  const again = await open(folder);
  expect(again.recovered).toEqual({ records: 1, lostBytes: 4 });
  expect(await again.dropped()).toMatchObject({ "bytes of a damaged journal": 4 });
  expect(await operations(again)).toBe(2);
  await again.close();
});

test("without its journal the file still has what was merged, and goes on from there", async () => {
  await using folder = await temporaryFolder();
  const first = await open(folder);
  await first.add(everything);
  await first.close();
  await rm(join(folder.path, "holdup.db.journal"), { recursive: true });

  const second = await open(folder);
  await second.add(batch({ rollups: [wait([1])] }));
  expect(await operations(second)).toBe(3);
  await second.close();
  const third = await open(folder);
  expect(await operations(third)).toBe(3);
  await third.close();
});

test("segments go once they are merged and ten minutes old, and what they held stays", async () => {
  await using folder = await temporaryFolder();
  const clock = { now };
  const store = await open(folder, { now: () => clock.now, segmentBytes: 1 });
  for (let i = 0; i < 30; i++) {
    clock.now += minute;
    await store.add(batch({ rollups: [wait([1], {}, clock.now)] }));
    await operations(store);
  }
  expect((await readdir(join(folder.path, "holdup.db.journal"))).length).toBeLessThanOrEqual(12);
  await store.close();

  const again = await open(folder, { now: () => clock.now });
  const { items } = await again.hotSpots({ from: 0, to: clock.now, by: "primitive", limit: 1 });
  expect(items[0]?.operations).toBe(30);
  await again.close();
});

test("beyond its size everything is kept for less long", async () => {
  await using folder = await temporaryFolder();
  const clock = { now };
  const store = await open(folder, { now: () => clock.now, maxBytes: 400_000 });
  const names = Array.from({ length: 40 }, (_, i) => `lock-${i}`);
  for (let i = 0; i < 240; i++) {
    clock.now += minute;
    await store.add(batch({ rollups: names.map((name) => wait([0.001, 1, 100], { name }, clock.now)) }));
    await operations(store);
  }
  expect(await operations(store, { ...page, from: clock.now - minute / 2, to: clock.now })).toBe(3);
  await store.close();
  expect((await stat(join(folder.path, "holdup.db"))).size).toBeLessThan(800_000);
}, 60_000);

test("what is too much to be merged is refused, and taken once there is room", async () => {
  await using folder = await temporaryFolder();
  const store = await open(folder, { maxUnmergedBytes: 5_000 });
  const one = (name: string) => batch({ rollups: [wait([1], { name })] });
  const large = batch({ rollups: Array.from({ length: 10 }, (_, i) => wait([1], { name: `lock-${i}` })) });
  // Larger than all that may wait, but nothing does.
  expect(await store.add(large)).toBe(true);
  const refused = one("late");
  await expect(store.add(refused)).rejects.toMatchObject({ code: "ERR_OVERLOAD" });
  expect(await store.add(large)).toBe(false);
  expect((await store.health()).occupancy["unmerged bytes"]).toMatchObject({ max: 5_000 });

  // Asking merges what came.
  expect(await operations(store)).toBe(1);
  expect((await store.health()).occupancy["unmerged bytes"]).toEqual({ used: 0, max: 5_000 });
  expect(await store.add(refused)).toBe(true);
  expect((await store.hotSpots({ ...page, by: "primitive" })).total).toBe(11);
  await store.close();
});

test("what is on its way to the journal counts as well", async () => {
  await using folder = await temporaryFolder();
  const store = await open(folder, { maxUnmergedBytes: 5_000 });
  const batches = Array.from({ length: 10 }, (_, i) =>
    batch({ rollups: [wait([1], { name: `lock-${i}` })] }),
  );
  const added = await Promise.allSettled(batches.map((each) => store.add(each)));
  expect(added.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
  await store.close();
});

test("what can't be opened is one sentence", async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, "holdup.db");
  const failing = (at: string): Promise<unknown> =>
    SqliteStore.open({ path: at }).then(
      () => undefined,
      (error: Error & { code?: string }) => [error.code, error.message],
    );

  expect(await failing(join(folder.path, "nowhere", "holdup.db"))).toEqual([
    "ERR_STORE",
    `The store ${join(folder.path, "nowhere", "holdup.db")} can't be opened; its folder has to exist and to be writable.`,
  ]);
  await writeFile(path, "This is no database, however long one looks at it.".repeat(100));
  expect(await failing(path)).toEqual(["ERR_STORE", `The file ${path} is no store; choose another one.`]);
  await rm(path);
  const other = await open(folder);
  expect(await failing(path)).toEqual([
    "ERR_STORE",
    `The store ${path} is in use by another collector; end that one or choose another file.`,
  ]);
  await other.close();
});

test.skipIf(process.getuid?.() === 0)("a folder that can't be written is one sentence", async () => {
  await using folder = await temporaryFolder();
  const locked = join(folder.path, "locked");
  await mkdir(locked);
  await chmod(locked, 0o500);
  await expect(SqliteStore.open({ path: join(locked, "holdup.db") })).rejects.toMatchObject({
    code: "ERR_STORE",
  });
});

test("a store that is closed takes nothing more", async () => {
  await using folder = await temporaryFolder();
  const store = await open(folder);
  await store.close();
  await expect(store.add(everything)).rejects.toThrow("The store is closed.");
  await expect(store.services()).rejects.toThrow("The store is closed.");
});
