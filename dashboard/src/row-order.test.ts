import type { HotSpot } from "@holdup/protocol";
import { expect, test } from "vitest";
import { defaultSort, nextOrder, noOrder } from "./row-order.ts";

test("who caused the most waiting comes first", () => {
  const order = nextOrder(noOrder, rows({ a: 1, b: 3, c: 2 }), defaultSort, false, 0);

  expect(order.keys).toEqual(["b", "c", "a"]);
  expect(order.ranks.get("a")).toBe(3);
});

test("the order stands for a second and then follows", () => {
  const first = nextOrder(noOrder, rows({ a: 1, b: 3 }), defaultSort, false, 0);

  const soon = nextOrder(first, rows({ a: 5, b: 3 }), defaultSort, false, 999);
  const later = nextOrder(soon, rows({ a: 5, b: 3 }), defaultSort, false, 1000);

  expect(soon).toBe(first);
  expect(later.keys).toEqual(["a", "b"]);
});

test("a held order doesn't move, however long", () => {
  const first = nextOrder(noOrder, rows({ a: 1, b: 3 }), defaultSort, false, 0);

  expect(nextOrder(first, rows({ a: 5, b: 3 }), defaultSort, true, 60_000)).toBe(first);
});

test("in a held order new rows come last and gone ones leave", () => {
  const first = nextOrder(noOrder, rows({ a: 1, b: 3 }), defaultSort, false, 0);

  const order = nextOrder(first, rows({ a: 1, c: 9 }), defaultSort, true, 10);

  expect(order.keys).toEqual(["a", "c"]);
  expect(nextOrder(order, rows({ a: 1, c: 9 }), defaultSort, true, 20)).toBe(order);
});

test("another column orders at once, and ranks still say who caused the most", () => {
  const first = nextOrder(noOrder, rows({ a: 1, b: 3 }), defaultSort, false, 0);

  const byName = nextOrder(first, rows({ a: 1, b: 3 }), { column: "name", descending: false }, true, 1);

  expect(byName.keys).toEqual(["a", "b"]);
  expect(byName.ranks.get("b")).toBe(1);
});

test("the first rows don't wait", () => {
  const none = nextOrder(noOrder, rows({}), defaultSort, false, 0);

  expect(nextOrder(none, rows({ a: 1 }), defaultSort, false, 1).keys).toEqual(["a"]);
});

function rows(blame: Readonly<Record<string, number>>): ReadonlyMap<string, HotSpot> {
  return new Map(Object.entries(blame).map(([name, seconds]) => [name, spot(name, seconds)]));
}

function spot(name: string, blameSeconds: number): HotSpot {
  return { primitive: { name, type: "lock" }, blameSeconds } as HotSpot;
}
