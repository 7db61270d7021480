import type { HotSpot, SeriesPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import { blockedOf } from "./blocked.ts";
import { restartSession } from "../session.ts";
import { slotCount } from "./ink.ts";

test("a step tells the waiting caused per second, and the newest counts the seconds it has", () => {
  const series = new Map([["a", [point(996, 1), point(1000, 4), point(1001, 3), point(1002, 5)]]]);

  const { times, rates } = blockedIn(rows({ a: 13 }), series, 1_002_000);

  expect(times.slice(-2)).toEqual([1_000_000, 1_002_000]);
  expect(rates.map((rate) => rate.slice(-2))).toContainEqual([1, 4]);
});

test("whoever has no slot is counted with the others", () => {
  const names = Array.from({ length: slotCount + 2 }, (_, index) => `p${index}`);
  const series = new Map(names.map((name) => [name, [point(1000, 5)]]));
  const blame = Object.fromEntries(names.map((name, index) => [name, 100 - index]));

  const { rates } = blockedIn(rows(blame), series, 1_000_000);

  expect(rates[slotCount]?.at(-1)).toBe(2);
});

test("steps go on after the last report, with nothing in them", () => {
  const series = new Map([["a", [point(1000, 5)]]]);

  const { times, rates } = blockedIn(rows({ a: 5 }), series, 1_010_000);

  expect(times.at(-1)).toBe(1_010_000);
  expect(rates.map((rate) => rate.slice(-3))).toContainEqual([1, 0, 0]);
});

test("others that are kept for a shorter time are told from the session", () => {
  const series = new Map([["a", [point(1000, 5)]]]);
  const session = [
    { time: 900_000, operations: 1, blameSeconds: 10, waiters: 0 },
    ...restartSession([], series),
  ];

  const { rates, times } = blockedOf({ rows: rows({ a: 5 }), series, session }, 1_000_000, []);

  expect(rates[slotCount]?.[times.indexOf(900_000)]).toBe(2);
  expect(rates[slotCount]?.at(-1)).toBe(0);
});

function blockedIn(among: ReadonlyMap<string, HotSpot>, series: Map<string, SeriesPoint[]>, newest: number) {
  return blockedOf({ rows: among, series, session: restartSession([], series) }, newest, []);
}

function rows(blame: Readonly<Record<string, number>>): ReadonlyMap<string, HotSpot> {
  return new Map(Object.entries(blame).map(([name, blameSeconds]) => [name, { blameSeconds } as HotSpot]));
}

function point(second: number, blameSeconds: number): SeriesPoint {
  return { time: second * 1000, blameSeconds, waiters: 0 } as SeriesPoint;
}
