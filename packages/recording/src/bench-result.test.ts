import { expect, test } from "vitest";
import { benchResult, type BenchResult } from "./bench-result.ts";
import { chanceOf } from "./chance.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";
import { syntheticRecording } from "./testing/synthetic-recording.ts";

/** Rounds on a machine that is up to so much slower from round to round. */
function bench(seed: number, headHoldMs: number, pairs = 10, sway = 0.5): BenchResult {
  const chance = chanceOf(seed);
  const rounds = Array.from({ length: pairs }, (_, i) => {
    // What slows the machine slows all of a round, and each of its runs a little differently.
    const slowness = 1 + sway * chance();
    const run = (side: number, holdMs: number) =>
      syntheticRecording({
        seed: 1000 * seed + 3 * i + side,
        holdMs,
        slowness: slowness * (1 + 0.06 * (chance() - 0.5)),
      });
    return { base: run(0, 10), again: run(1, 10), head: run(2, headHoldMs) };
  });
  return benchResult(rounds, parseFailOn(defaultFailOn));
}

const twenty = Array.from({ length: 20 }, (_, i) => i + 1);

test(
  "a hold that is 30 % longer is red in at least 19 benches of 20, and the same code in none",
  { timeout: 60_000 },
  () => {
    const planted = twenty.filter((seed) => bench(seed, 13).verdict === "regressed");
    const same = twenty.filter((seed) => bench(seed, 10).failures.length > 0);

    expect(planted.length).toBeGreaterThanOrEqual(19);
    expect(same).toEqual([]);
  },
);

test("a red names the primitive, its line and the interval", () => {
  expect(bench(1, 13).failures[0]).toMatch(
    /^inventory is held \d\d % \[\d\d %, \d\d %\] longer at reserve src\/inventory\.ts:46 \(\S+ ms → \S+ ms\)$/,
  );
});

test("what the same code differs from itself is told, and excuses a difference, but not to be unchanged", () => {
  const chance = chanceOf(5);
  const rounds = Array.from({ length: 10 }, (_, i) => {
    const run = (side: number, holdMs: number) =>
      syntheticRecording({ seed: 3 * i + side, holdMs, slowness: 0.5 + 2 * chance() });
    return { base: run(0, 10), again: run(1, 10), head: run(2, 13) };
  });

  const result = benchResult(rounds, parseFailOn(defaultFailOn));

  expect(result.noise).toBeGreaterThan(0.2);
  expect(result).toMatchObject({ failures: [], verdict: "unsure" });
});

test("the noise floor is not that of figures that are next to nothing", () => {
  const rounds = Array.from({ length: 10 }, (_, i) => {
    const run = (side: number, holdMs: number) => syntheticRecording({ seed: 3 * i + side, holdMs });
    return {
      base: run(0, i % 2 === 0 ? 0.002 : 0.03),
      again: run(1, i % 2 === 0 ? 0.03 : 0.002),
      head: run(2, 0.01),
    };
  });

  const { figures, noise } = benchResult(rounds, parseFailOn(defaultFailOn));

  expect(Math.max(...figures.map(({ self }) => self.high))).toBeGreaterThan(1.4);
  expect(noise).toBe(0);
});

test("too few rounds are unsure", () => {
  expect(bench(1, 13, 4)).toMatchObject({ failures: [], verdict: "unsure" });
});

test("a count that is the same in every run of a side is compared exactly", () => {
  const more = syntheticRecording({ seed: 3 });
  const head = {
    ...more,
    primitives: more.primitives.map((one) => ({ ...one, contended: one.contended + 1 })),
  };
  const rounds = [1, 2, 3].map((seed) => ({
    base: syntheticRecording({ seed }),
    again: syntheticRecording({ seed: seed + 10 }),
    head,
  }));

  expect(benchResult(rounds, parseFailOn(defaultFailOn)).failures).toContain(
    "inventory: operations that had to wait went from 320 to 321, the same in every run",
  );
});
