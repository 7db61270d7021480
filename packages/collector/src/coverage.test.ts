import { expect, test } from "vitest";
import { Coverage, type Stretch } from "./coverage.ts";

function stretch(from: number, to: number, fields: Partial<Stretch> = {}): Stretch {
  const seconds = { from: from * 1_000, to: to * 1_000, startedAt: 0 };
  return { service: "shop", instance: "i-1", ...seconds, ...fields };
}

/** One in which only levels were told, which have no interval of their own. */
function idle(to: number): Stretch {
  return stretch(0, to, { from: undefined });
}

function lost(...stretches: readonly Stretch[]): Readonly<Record<string, number>> {
  const coverage = new Coverage();
  for (const one of stretches) coverage.receive(one);
  return coverage.lostSeconds;
}

test("nothing is lost while stretches follow each other, overlap or come twice", () => {
  expect(lost(stretch(0, 10), stretch(10, 20), stretch(10, 20), stretch(15, 30))).toEqual({});
});

test("a hole longer than the interval after it is lost; a shorter one may be of the clock", () => {
  expect(lost(stretch(0, 10), stretch(30, 40))).toEqual({ shop: 20 });
  expect(lost(stretch(0, 10), stretch(20, 30))).toEqual({});
});

test("what comes late fills the hole it belongs into, from either end or in its midst", () => {
  const outage = [stretch(0, 10), stretch(70, 80)];
  expect(lost(...outage, stretch(10, 20))).toEqual({ shop: 50 });
  expect(lost(...outage, stretch(65, 75))).toEqual({ shop: 55 });
  expect(lost(...outage, stretch(30, 40), stretch(50, 60))).toEqual({ shop: 40 });
  expect(lost(...outage, stretch(5, 75))).toEqual({});
});

test("a program that only tells its levels is idle, not lost", () => {
  expect(lost(stretch(0, 10), idle(20), idle(30), stretch(30, 40))).toEqual({});
  expect(lost(stretch(0, 10), idle(20), stretch(60, 70))).toEqual({ shop: 40 });
});

test("before a program began nothing of it was lost", () => {
  expect(lost(stretch(1_000, 1_010))).toEqual({});
  const restarted = { startedAt: 58_000 };
  expect(lost(stretch(0, 10), stretch(58, 59, restarted))).toEqual({});
  expect(lost(stretch(0, 10), stretch(63, 64, restarted))).toEqual({ shop: 5 });
});

test("the processes of a service are told apart and added up", () => {
  const other = { instance: "i-2" };
  expect(lost(stretch(0, 1), stretch(0, 1, other), stretch(3, 4), stretch(4, 5, other))).toEqual({ shop: 5 });
  expect(lost(stretch(0, 1), stretch(3, 4, { service: "bank" }))).toEqual({});
});

test("programs, holes and services have a bound, and their sums outlive what is forgotten", () => {
  const coverage = new Coverage({ maxPrograms: 1, maxHoles: 2, maxServices: 1 });
  for (const at of [0, 10, 20, 30]) coverage.receive(stretch(at, at + 1));
  expect(coverage.lostSeconds).toEqual({ shop: 27 });

  coverage.receive(stretch(2, 9));
  expect(coverage.lostSeconds).toEqual({ shop: 27 });

  for (const service of ["bank", "mint"]) {
    for (const at of [0, 10]) coverage.receive(stretch(at, at + 1, { service }));
  }
  expect(coverage.lostSeconds).toEqual({ shop: 27, "(other services)": 18 });
});
