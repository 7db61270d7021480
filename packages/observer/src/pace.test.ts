import { expect, test } from "vitest";
import { Budget } from "./budget.ts";
import { Pace, shareAt } from "./pace.ts";
import { SpanSampler } from "./span-sampler.ts";

test("all of it while the event loop has time to spare, a tenth when it has none", () => {
  expect([0, 0.3, 0.5, 0.75, 1].map(shareAt)).toEqual([1, 1, 1, expect.closeTo(0.55), expect.closeTo(0.1)]);
});

test("an event loop that does nothing else is seen to be busy, and one that waits is not", async () => {
  const pace = new Pace();
  const start = performance.now();
  while (performance.now() < start + 150);
  pace.look();
  expect(pace.share).toBeLessThan(0.5);

  await new Promise((resolve) => setTimeout(resolve, 300));
  pace.look();
  expect(pace.share).toBe(1);
});

test("a moment says nothing", () => {
  const pace = new Pace();
  pace.look();
  expect(pace.share).toBe(1);
});

test("a budget fills as fast as the pace allows, and holds as much as ever", () => {
  const pace = { share: 1 };
  const budget = new Budget(100, 10, pace);
  const taken = (from: number) => {
    let count = 0;
    for (let at = from; at < from + 1000; at++) if (budget.take(at)) count++;
    return count;
  };
  expect(taken(0)).toBeGreaterThan(60);
  pace.share = 0.2;
  expect(taken(1000)).toBeLessThan(25);
  expect(taken(100_000)).toBeGreaterThanOrEqual(20);
});

test("as many spans are kept as the pace allows, and those that are stand for all", () => {
  const sampler = new SpanSampler(100, { share: 0.2 });
  let [kept, standFor] = [0, 0];
  let seed = 1;
  for (let at = 0; at < 60_000; at++) {
    const chance = sampler.chance(at);
    seed = (seed * 48_271) % 2_147_483_647;
    if (seed / 2_147_483_647 >= chance) continue;
    sampler.kept();
    kept++;
    standFor += 1 / chance;
  }
  // A second's worth of the full rate is there at the beginning.
  expect(kept).toBeGreaterThan(60 * 18);
  expect(kept).toBeLessThan(60 * 22 + 100);
  expect(standFor / 60_000).toBeCloseTo(1, 0);
});
