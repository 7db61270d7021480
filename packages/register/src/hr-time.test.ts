import { expect, test } from "vitest";
import { duration, hrTime } from "./hr-time.ts";

test("a duration is split into seconds and nanoseconds", () => {
  expect(duration(0)).toEqual([0, 0]);
  expect(duration(1234.5)).toEqual([1, 234_500_000]);
});

test("nanoseconds never reach a whole second", () => {
  expect(duration(1999.9999999)).toEqual([2, 0]);
});

test("a time of the monotonic clock is told on the wall clock's scale", () => {
  const [seconds] = hrTime(performance.now());
  expect(Math.abs(seconds * 1000 - Date.now())).toBeLessThan(5000);
});
