import { expect, test } from "vitest";
import { clockOf, ticksOf } from "./axis.ts";

const start = Date.UTC(2026, 0, 1, 12, 0, 0);

test("there are no more marks than there is room for, at round times", () => {
  for (const length of [0.5, 30, 700, 12_000, 900_000, 1e8]) {
    const ticks = ticksOf({ from: start, to: start + length }, 8);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(9);
  }
});

test("times have as many digits as their distance asks for", () => {
  expect(clockOf(start + 250.5, 0.1)).toMatch(/:00\.250500$/);
  expect(clockOf(start + 250, 50)).toMatch(/:00\.250$/);
  expect(clockOf(start + 2000, 1000)).toMatch(/:00:02$/);
  expect(clockOf(start, 60_000)).toMatch(/^\d\d:00$/);
});
