import type { EventLoopPoint } from "@holdup/protocol";
import { expect, test } from "vitest";
import {
  contentionOf,
  measures,
  mostContendedFirst,
  summaryOf,
  toldSeconds,
  useOf,
  verdictOf,
} from "./loop-lines.ts";

const quiet: EventLoopPoint = {
  time: 10_000,
  delayP50: 0.001,
  delayP99: 0.002,
  delayMax: 0.003,
  stalledSeconds: 0,
  activeSeconds: 1,
  idleSeconds: 9,
  gc: [{ type: "minor", count: 2, seconds: 0.003, maxSeconds: 0.002 }],
  heapUsedBytes: 1000,
  residentBytes: 2000,
  waitSeconds: 0,
  stalledWaitSeconds: 0,
  handoffSeconds: 0,
};

test("waiting while the loop stood still is no contention, and neither is ever less than nothing", () => {
  expect(contentionOf({ waitSeconds: 5, stalledWaitSeconds: 3 })).toBe(2);
  expect(contentionOf({ waitSeconds: 1, stalledWaitSeconds: 3 })).toBe(0);
});

test("the primitive with the most contention comes first, whatever the loop did to others", () => {
  const wait = (name: string, waitSeconds: number, stalledWaitSeconds: number) => ({
    primitive: { name, type: "lock" as const },
    waitSeconds,
    stalledWaitSeconds,
    handoffSeconds: 0,
  });
  const waits = [wait("receipts", 9, 8), wait("stock", 2, 0), wait("inventory", 5, 1)];

  expect(mostContendedFirst(waits).map(({ primitive }) => primitive.name)).toEqual([
    "inventory",
    "stock",
    "receipts",
  ]);
});

test("the verdict says how much of all waiting was the loop's", () => {
  const text = (points: EventLoopPoint[]) => verdictOf({ points }).replaceAll("\u00A0", " ");

  expect(text([quiet])).toBe("The event loop did not stand still; nobody waited.");
  expect(
    text([quiet, { ...quiet, stalledSeconds: 3, waitSeconds: 7, stalledWaitSeconds: 3, handoffSeconds: 1 }]),
  ).toBe(
    "The event loop stood still for 3.0 s; of 8.0 s of waiting, at least 50 % was its doing and no holder's.",
  );
});

test("its use is a share of the time that it told of", () => {
  expect(useOf(quiet)).toBe(0.1);
  expect(useOf({ ...quiet, activeSeconds: 0, idleSeconds: 0 })).toBe(0);
});

test("every chart says in words what it showed last", () => {
  const history = { service: "shop", instance: "a", stepSeconds: 10, waits: [], points: [quiet] };

  expect(measures.map((measure) => summaryOf(measure, history).replaceAll("\u00A0", " "))).toEqual([
    "Where waiting came from, last: contention 0 ms, stood still 0 ms, hand-off 0 ms.",
    "Event loop delay, last: longest 3.0 ms, p99 2.0 ms, p50 1.0 ms.",
    "Use of the event loop, last: busy 10 %, stood still 0 %.",
    "Longest garbage collection, last: major 0 ms, minor 2.0 ms.",
    "Memory, last: resident 2.0 kB, heap in use 1.0 kB.",
  ]);
});

test("a step of which only some seconds are told counts those", () => {
  const point = (activeSeconds: number, idleSeconds: number) =>
    ({ activeSeconds, idleSeconds }) as EventLoopPoint;

  expect(toldSeconds(point(1, 3), 10)).toBe(4);
  expect(toldSeconds(point(9, 3), 10)).toBe(10);
  expect(toldSeconds(point(0, 0), 10)).toBe(10);
});
