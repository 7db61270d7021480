import { expect, test } from "vitest";
import { bar, count, duration, rate, share } from "./top-figure.ts";

test("durations have one unit and three digits at most", () => {
  expect([0, 1e-9, 8.4e-4, 0.0124, 1.3, 95, 754].map(duration)).toEqual([
    "0 ms",
    "<1 µs",
    "840 µs",
    "12.4 ms",
    "1.3 s",
    "95.0 s",
    "12.6 min",
  ]);
  expect(duration(Number.NaN)).toBe("–");
});

test("a rate is never in minutes", () => {
  expect(rate(2.9)).toBe("2.9 s");
  expect(rate(4308)).toBe("4,308 s");
});

test("what is there is never shown as nothing", () => {
  expect(share(0.0001)).toBe("<0.1 %");
  expect(count(0.01)).toBe("<0.1");
  expect(bar(0.0001, 10)).toBe("▏");
  expect(bar(0, 10)).toBe("");
  expect(bar(2, 3)).toBe("███");
});
