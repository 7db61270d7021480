import { expect, test } from "vitest";
import type { Series } from "./rollup.ts";
import { SeriesBook } from "./series-book.ts";

function seriesOf(service: string, name: string): Series {
  const nowhere = { operation: "acquire", outcome: "granted", waiterSite: null, holderSite: null };
  return { service, type: "lock", name, ...nowhere };
}

/** The names under which they are kept. */
function admitted(book: SeriesBook, service: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => book.admit(seriesOf(service, `lock-${i}`), 0)[1].name);
}

test("a service that makes up names leaves room for others, and keeps what it has", () => {
  const book = new SeriesBook({ maxSeries: 200, maxPairs: 10 });

  const flood = admitted(book, "flood", 1000);
  const shop = admitted(book, "shop", 15);

  expect(new Set(flood.slice(0, 180)).size).toBe(180);
  expect(new Set(flood.slice(180))).toEqual(new Set(["(other primitives)"]));
  expect(shop).toEqual(Array.from({ length: 15 }, (_, i) => `lock-${i}`));
  expect(admitted(book, "flood", 180)).toEqual(flood.slice(0, 180));
});

test("what a service no longer has makes room for what is new", () => {
  const book = new SeriesBook({ maxSeries: 10, maxPairs: 10 });
  const keys = Array.from({ length: 9 }, (_, i) => book.admit(seriesOf("shop", `lock-${i}`), 0)[0]);
  for (const key of keys) book.use(key);
  for (const key of keys.slice(0, 2)) book.release(key);

  expect(["a", "b", "c"].map((name) => book.admit(seriesOf("shop", name), 0)[1].name)).toEqual([
    "a",
    "b",
    "(other primitives)",
  ]);
});
