import { attribute } from "@holdup/protocol";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SqliteStore } from "./sqlite-store.ts";
import { ObservedProgram, siteAt } from "./testing/observed-program.ts";
import { spanOf } from "./testing/observed-span.ts";
import { temporaryFolder } from "./testing/temporary-folder.ts";
import { startOfTime, startWorld } from "./testing/world.ts";

const notSampled = { functionName: "(not sampled)", filePath: "(not sampled)", lineNumber: 0 };
const shop = (): ObservedProgram => new ObservedProgram("shop", startOfTime);

test("spans without metrics give hot spots, each span standing for all that were not kept", async () => {
  await using world = await startWorld();
  const hold = spanOf("hold accounts", 1, { seconds: 3, site: siteAt(9), probability: 0.5 });
  const wait = spanOf("wait accounts", 2, { seconds: 2, site: siteAt(7), probability: 0.25, holders: [1] });
  const handoff = { [attribute.waitBlocked]: 1.5, [attribute.waitHandoff]: 0.5 };

  await world.post(
    "traces",
    shop().spans([{ ...wait, attributes: [...wait.attributes, ...attributes(handoff)] }, hold]),
  );

  expect((await world.get("/api/hotspots")).json.items).toEqual([
    {
      service: "shop",
      primitive: { name: "accounts", type: "lock" },
      waiterSite: siteAt(7),
      holderSite: siteAt(9),
      operations: 4,
      contended: 4,
      waitSeconds: 8,
      waitP50: 2,
      waitP99: 2,
      holdSeconds: 6,
      holdP99: 3,
      blameSeconds: 6,
      waiters: 0,
      share: 1,
      exact: false,
    },
  ]);
  expect((await world.get("/api/primitives/shop/accounts")).json).toMatchObject({
    handoff: { count: 4, sum: 2 },
    matrix: [{ waiterSite: siteAt(7), holderSite: siteAt(9), blameSeconds: 6 }],
    outcomes: [{ operation: "acquire", outcome: "granted", operations: 4 }],
  });
});

test("of a primitive whose waits are measured spans count nothing, whichever came first", async () => {
  await using world = await startWorld();
  const span = spanOf("wait accounts", 2, { seconds: 2, probability: 0.1 });
  const other = spanOf("wait ledger", 3, { seconds: 5, name: "ledger" });

  await world.post("traces", shop().spans([span, other]));
  await world.post("metrics", shop().wait([1]).blame(1).metrics());
  await world.post("traces", shop().spans([spanOf("wait accounts", 4, { seconds: 2, probability: 0.1 })]));

  expect((await world.get("/api/hotspots")).json.items).toMatchObject([
    { primitive: { name: "ledger" }, waitSeconds: 5, exact: false },
    { primitive: { name: "accounts" }, waitSeconds: 1, blameSeconds: 1, operations: 1, exact: true },
  ]);
  expect((await world.get("/api/primitives/shop/accounts")).json.outcomes).toMatchObject([{ operations: 1 }]);
});

test("blame moves to a hold's site when its span arrives, and is of nobody known until then", async () => {
  await using world = await startWorld();
  const wait = spanOf("wait accounts", 2, { seconds: 0.3, site: siteAt(7), holders: [1, 3] });
  const holders = async (): Promise<unknown[]> =>
    (await world.get("/api/hotspots?by=holder")).json.items
      .map((row: any) => [row.holderSite, row.blameSeconds])
      .toSorted(([a]: any, [b]: any) => b.lineNumber - a.lineNumber);

  await world.post("traces", shop().spans([wait]));
  expect(await holders()).toEqual([[notSampled, 0.3]]);

  await world.post("traces", shop().spans([spanOf("hold accounts", 1, { seconds: 1, site: siteAt(9) })]));
  expect(await holders()).toEqual([
    [siteAt(9), 0.15],
    [notSampled, 0.15],
  ]);

  await world.post("traces", shop().spans([spanOf("hold accounts", 3, { seconds: 1, site: siteAt(10) })]));
  expect(await holders()).toEqual([
    [siteAt(10), 0.15],
    [siteAt(9), 0.15],
  ]);
});

test("a span that comes again, a wait that nobody held up and one of no chance at all", async () => {
  await using world = await startWorld();
  const wait = spanOf("wait accounts", 2, { seconds: 2, probability: 0 });

  await world.post("traces", shop().spans([wait, wait]));
  await world.post("traces", shop().spans([wait, spanOf("GET /", 4, { seconds: 9 })]));

  expect((await world.get("/api/hotspots?by=holder")).json.items).toMatchObject([
    { holderSite: null, operations: 1, blameSeconds: 2 },
  ]);
});

test("a store on disk keeps estimates apart, over a restart too", async () => {
  await using folder = await temporaryFolder();
  const open = () => SqliteStore.open({ path: join(folder.path, "holdup.db"), now: () => startOfTime });
  const rows = [
    { primitive: { name: "ledger" }, waitSeconds: 10, blameSeconds: 10, holderSite: siteAt(9), exact: false },
    { primitive: { name: "accounts" }, waitSeconds: 1, operations: 1, exact: true },
  ];
  {
    await using world = await startWorld({ store: await open() });
    const wait = spanOf("wait ledger", 1, { seconds: 5, name: "ledger", probability: 0.5, holders: [9] });
    await world.post("traces", shop().spans([wait, spanOf("wait accounts", 2, { seconds: 2 })]));
    await world.post(
      "traces",
      shop().spans([spanOf("hold ledger", 9, { seconds: 5, name: "ledger", site: siteAt(9) })]),
    );
    await world.post("metrics", shop().wait([1]).metrics());
    expect((await world.get("/api/hotspots")).json.items).toMatchObject(rows);
  }
  await using again = await startWorld({ store: await open() });
  expect((await again.get("/api/hotspots")).json.items).toMatchObject(rows);
});

function attributes(values: Readonly<Record<string, number>>): object[] {
  return Object.entries(values).map(([key, doubleValue]) => ({ key, value: { doubleValue } }));
}
