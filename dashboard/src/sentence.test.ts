import { notSampled, type HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { tell, type Piece } from "./sentence.ts";

test("a hot spot is told with its cost, its holder and who waited", () => {
  expect(told({})).toBe(
    "inventory made others wait 12.4 s in the last 15 minutes: 71 % of all waiting. " +
      "Mostly held at src/inventory.ts:41 (reserve), waited for at src/orders.ts:18 (placeOrder).",
  );
});

test("waiting while nobody held is said to be so", () => {
  expect(told({ holderSite: null, waiterSite: null })).toContain("Mostly while nobody held it.");
});

test("places that weren't looked up are no places", () => {
  const unknown = { filePath: notSampled, functionName: notSampled, lineNumber: 0 };

  expect(told({ holderSite: unknown })).toContain(
    "Mostly held at places that were not looked up, waited for at src/orders.ts:18 (placeOrder).",
  );
  expect(told({ waiterSite: unknown })).toContain("waited for at places that were not looked up.");
});

test("what its holder did while others waited is told, on average of a hold", () => {
  const holderSite = { filePath: "src/inventory.ts", lineNumber: 41, functionName: "reserve" };
  const activities = [
    { name: "in SELECT stock", seconds: 0.36 },
    { name: "other", seconds: 0.04 },
  ];

  expect(told({ held: { holderSite, holds: 10, activities } })).toMatch(
    / \(placeOrder\)\. While others waited it was held 40\.0 ms on average: 36\.0 ms in SELECT stock, 4\.0 ms other\.$/,
  );
  expect(told({ held: { holderSite, holds: 0, activities } })).toMatch(/ \(placeOrder\)\.$/);
});

test("punctuation belongs to the word before it", () => {
  const marks = pieces({}).filter(({ text }) => /^[,.:]/.test(text));

  expect(marks).toEqual([]);
});

test("where nobody waited, that is the whole story", () => {
  expect(told({ blameSeconds: 0, operations: 1204, contended: 0 })).toBe(
    "Nobody waited for inventory in the last 15 minutes: 1,204 operations, all served at once.",
  );
});

function told(parts: Partial<HotSpot>): string {
  return pieces(parts)
    .map(({ text, mark = "" }) => text + mark)
    .join("")
    .replaceAll("\u00A0", " ");
}

function pieces(parts: Partial<HotSpot>): readonly Piece[] {
  const spot: HotSpot = {
    service: "checkout",
    primitive: { name: "inventory", type: "lock" },
    waiterSite: { filePath: "src/orders.ts", lineNumber: 18, functionName: "placeOrder" },
    holderSite: { filePath: "src/inventory.ts", lineNumber: 41, functionName: "reserve" },
    operations: 10,
    contended: 5,
    waitSeconds: 12.4,
    waitP50: 0,
    waitP99: 0,
    holdSeconds: 1,
    holdP99: 0,
    blameSeconds: 12.4,
    waiters: 0,
    share: 0.71,
    exact: true,
    ...parts,
  };
  return tell(spot, "in the last 15 minutes");
}
