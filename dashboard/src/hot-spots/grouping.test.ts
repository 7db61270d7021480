import type { HotSpot, Site } from "@holdup/protocol";
import { expect, test } from "vitest";
import { findableOf, grouped } from "./grouping.ts";

const here: Site = { functionName: "reserve", filePath: "src/inventory.ts", lineNumber: 41 };
const there: Site = { ...here, lineNumber: 57 };

test("by line there is a row for each line of a primitive", () => {
  const spots = [spot("inventory", { waiterSite: here }), spot("inventory", { waiterSite: there })];

  expect(grouped(spots, "waiter").size).toBe(2);
  expect(grouped(spots, "holder").size).toBe(1);
});

test("a kind adds up its primitives; its percentiles are those of the slowest", () => {
  const spots = [
    spot("a", { blameSeconds: 1, waiters: 2, waitP99: 0.5 }),
    spot("b", { blameSeconds: 3, waiters: 1, waitP99: 0.1, holderSite: here }),
    spot("c", { primitive: { name: "c", type: "queue" }, blameSeconds: 9 }),
  ];

  const rows = grouped(spots, "kind");

  expect([...rows.keys()]).toEqual(["lock", "queue"]);
  expect(rows.get("lock")).toMatchObject({
    primitive: { name: "2 primitives", type: "lock" },
    blameSeconds: 4,
    waiters: 3,
    waitP99: 0.5,
    holderSite: here,
  });
});

test("a row is found by its lines and their functions", () => {
  expect(findableOf(spot("a", { holderSite: here })).site).toContain("src/inventory.ts:41 reserve");
});

function spot(name: string, parts: Partial<HotSpot>): HotSpot {
  return {
    service: "checkout",
    primitive: { name, type: "lock" },
    waiterSite: null,
    holderSite: null,
    operations: 10,
    contended: 5,
    waitSeconds: 1,
    waitP50: 0,
    waitP99: 0,
    holdSeconds: 1,
    holdP99: 0,
    blameSeconds: 0,
    waiters: 0,
    share: 0,
    exact: true,
    ...parts,
  };
}
