import { expect, test } from "vitest";
import { ClockSkews } from "./clock-skew.ts";
import { decodeMetrics } from "./decode.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { startOfTime } from "./testing/world.ts";

/** Tells that a request with points of that time came at the other. */
function hear(clocks: ClockSkews, time: number, now: number, instance = "i-1"): void {
  const program = new ObservedProgram("shop", time, instance).wait([1]).at(Math.max(0, time - 60_000), 0);
  clocks.hear(decodeMetrics(program.blame(1).metrics(), "json"), now);
}

test("a clock is off by the median of what the newest points of the last few requests tell", () => {
  const clocks = new ClockSkews();
  for (const delay of [90_000, 5_010, 5_020, 5_030]) hear(clocks, startOfTime, startOfTime + delay);
  expect(clocks.skews()).toEqual([{ service: "shop", instance: "i-1", skewMs: 5_030 }]);

  for (let i = 0; i < 20; i++) hear(clocks, startOfTime, startOfTime + 5_020);
  for (let i = 0; i < 5; i++) hear(clocks, startOfTime + 40, startOfTime);
  expect(clocks.skews()).toMatchObject([{ skewMs: -40 }]);
});

test("the process whose clock is furthest off comes first, and of too many the one not heard of for longest is forgotten", () => {
  const clocks = new ClockSkews({ maxPrograms: 2 });
  hear(clocks, startOfTime, startOfTime + 9, "a");
  hear(clocks, startOfTime, startOfTime + 1, "b");
  hear(clocks, startOfTime, startOfTime + 9, "a");
  hear(clocks, startOfTime + 20, startOfTime, "c");

  expect(clocks.skews().map(({ instance, skewMs }) => [instance, skewMs])).toEqual([
    ["c", -20],
    ["a", 9],
  ]);
});

test("points that do not say when they were read tell nothing", () => {
  const clocks = new ClockSkews();
  const body = new ObservedProgram("shop", 0).at(0, 0).blame(1).metrics();
  clocks.hear(decodeMetrics(body, "json"), startOfTime);
  expect(clocks.skews()).toEqual([]);
});
