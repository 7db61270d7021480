import { expect, test } from "vitest";
import { SpanSampler } from "./span-sampler.ts";

/** Offers one every `everyMs` for `seconds`; tells how many were kept, and for how many they stand. */
function offered(sampler: SpanSampler, everyMs: number, seconds: number, from = 0) {
  let kept = 0;
  let standFor = 0;
  let count = 0;
  for (let at = from; at < from + seconds * 1000; at += everyMs) {
    count++;
    const chance = sampler.chance(at);
    if (Math.random() >= chance) continue;
    sampler.kept();
    kept++;
    standFor += 1 / chance;
  }
  return { kept, standFor, count };
}

test("fewer than the rate are all kept, with certainty", () => {
  const { kept, standFor } = offered(new SpanSampler(50), 25, 10);
  expect(kept).toBe(400);
  expect(standFor).toBe(400);
});

test("of many, the rate is kept, and what is kept stands for all", () => {
  for (const everyMs of [0.01, 0.5, 5]) {
    const { kept, standFor, count } = offered(new SpanSampler(50), everyMs, 60);
    expect(kept / 60).toBeGreaterThan(40);
    expect(kept / 60).toBeLessThan(65);
    expect(standFor / count).toBeGreaterThan(0.8);
    expect(standFor / count).toBeLessThan(1.2);
  }
});

test("a burst after a quiet time is kept whole, up to one second's worth", () => {
  const sampler = new SpanSampler(50);
  offered(sampler, 0.1, 5);
  expect(sampler.chance(100_000)).toBe(1);
  for (let i = 0; i < 49; i++) sampler.kept();
  expect(sampler.chance(100_000)).toBe(1);
  sampler.kept();
  expect(sampler.chance(100_000)).toBeLessThan(1);
});

test("a rate of 0 keeps none, an unlimited one all", () => {
  expect(offered(new SpanSampler(0), 1, 1).kept).toBe(0);
  expect(offered(new SpanSampler(Number.POSITIVE_INFINITY), 1, 1).kept).toBe(1000);
});
