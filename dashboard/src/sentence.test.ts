import { notSampled, type HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { tell, type Piece, type Told } from "./sentence.ts";

test("a hot spot is told with its cost, its holder and who waited", () => {
  expect(told({})).toBe(
    "inventory made others wait 12.4 s in the last 15 minutes: 71 % of all waiting. " +
      "Mostly held at src/inventory.ts:41 (reserve), waited for at src/orders.ts:18 (placeOrder).",
  );
});

test("where a line waits for itself, it is told once", () => {
  const site = { filePath: "src/inventory.ts", lineNumber: 41, functionName: "reserve" };

  expect(told({ holderSite: site, waiterSite: site })).toContain(
    " Mostly held, and waited for, at src/inventory.ts:41 (reserve).",
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

test("of a line that waited, its own waiting is told, and at whose holds it waited", () => {
  expect(told({}, "waiter")).toBe(
    "Who asked for inventory at src/orders.ts:18 (placeOrder) waited 12.4 s in the last 15 minutes: " +
      "71 % of all waiting. Mostly held at src/inventory.ts:41 (reserve).",
  );
  expect(told({ waiterSite: null }, "waiter")).toMatch(
    /^Who asked for inventory at a place that is not known/,
  );
});

test("of a line that held, what its holds caused is told, and who waited for them", () => {
  expect(told({}, "holder")).toBe(
    "Holds of inventory at src/inventory.ts:41 (reserve) made others wait 12.4 s in the last 15 minutes: " +
      "71 % of all waiting. Mostly those who waited at src/orders.ts:18 (placeOrder).",
  );
  expect(told({ holderSite: null, waiterSite: null }, "holder")).toMatch(
    /^While nobody held inventory, others waited 12\.4 s .* of all waiting\.$/,
  );
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

test("a line that nobody waited at or for is not told figures of the whole primitive", () => {
  expect(told({ blameSeconds: 0, contended: 0 }, "waiter")).toBe(
    "Nobody waited for inventory at src/orders.ts:18 (placeOrder) in the last 15 minutes: " +
      "10 operations, all served at once.",
  );
  expect(told({ blameSeconds: 0 }, "holder")).toBe(
    "Nobody waited for inventory because of holds at src/inventory.ts:41 (reserve) in the last 15 minutes.",
  );
});

function told(parts: Partial<HotSpot>, of?: Told): string {
  return pieces(parts, of)
    .map(({ text, mark = "" }) => text + mark)
    .join("")
    .replaceAll("\u00A0", " ");
}

function pieces(parts: Partial<HotSpot>, of?: Told): readonly Piece[] {
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
  return tell(spot, "in the last 15 minutes", of);
}
