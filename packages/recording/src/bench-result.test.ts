import type { Finding } from "@holdup/protocol";
import { expect, test } from "vitest";
import { benchResult, isSettled, type BenchResult, type Round } from "./bench-result.ts";
import { chanceOf } from "./chance.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";
import { syntheticRecording, type Run } from "./testing/synthetic-recording.ts";

const failOn = parseFailOn(defaultFailOn);

/** Rounds on a quiet machine, the base's runs and the head's like these. */
function roundsOf(base: Partial<Run>, head: (round: number) => Partial<Run>, count = 7): Round[] {
  const run = (seed: number, like: Partial<Run>) => syntheticRecording({ seed, ...like });
  return Array.from({ length: count }, (_, i) => ({
    base: run(3 * i, base),
    again: run(3 * i + 1, base),
    head: run(3 * i + 2, head(i)),
  }));
}

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

function oneMoreWait(): Round[] {
  return roundsOf({}, () => ({})).map((round) => ({
    ...round,
    head: {
      ...round.head,
      primitives: round.head.primitives.map((one) => ({ ...one, contended: one.contended + 1 })),
    },
  }));
}

test("a count that is the same in every run of a side is compared exactly", () => {
  expect(benchResult(oneMoreWait(), failOn).failures).toContain(
    "inventory: operations that had to wait went from 320 to 321, the same in every run",
  );
});

test("with none to fail on a count that grew fails nothing, and more rounds would not tell more", () => {
  const none = parseFailOn("none");

  const result = benchResult(oneMoreWait(), none);

  expect(result).toMatchObject({ failures: [], verdict: "unsure" });
  expect(isSettled(result, none)).toBe(true);
});

const deadlock: Finding = {
  id: "1",
  kind: "deadlock",
  severity: "error",
  message: "a and b wait for each other",
  advice: "Take them in one order.",
  primitives: ["a", "b"],
  sites: [
    { functionName: "transfer", filePath: "src/bank.ts", lineNumber: 3 },
    { functionName: "audit", filePath: "src/bank.ts", lineNumber: 9 },
  ],
  spans: [],
  count: 1,
  firstSeen: 0,
  lastSeen: 0,
};

test("a new finding that is an error fails, with the number of runs that it was in, even if that is one", () => {
  const always = benchResult(
    roundsOf({}, () => ({ findings: [deadlock] })),
    failOn,
  );
  const once = benchResult(
    roundsOf({}, (round) => (round === 3 ? { findings: [deadlock] } : {})),
    failOn,
  );

  expect(always).toMatchObject({
    verdict: "regressed",
    failures: ["new finding, deadlock, in 7 of 7 runs: a and b wait for each other"],
    newFindings: [{ runs: 7, finding: { kind: "deadlock" } }],
  });
  expect(once.failures).toEqual(["new finding, deadlock, in 1 of 7 runs: a and b wait for each other"]);
});

test("a finding that any run of the base has is not new, whichever of its places is told first", () => {
  const turned = {
    ...deadlock,
    primitives: deadlock.primitives.toReversed(),
    sites: deadlock.sites.toReversed(),
  };
  const rounds = roundsOf({}, () => ({ findings: [deadlock] }));
  const [first, ...others] = rounds as [Round, ...Round[]];

  const result = benchResult(
    [{ ...first, again: { ...first.again, findings: [turned] } }, ...others],
    failOn,
  );

  expect(result).toMatchObject({ failures: [], newFindings: [] });
});

test("a new finding that is no error is told, and fails nothing; nor does an error that was not asked about", () => {
  const warned = roundsOf({}, () => ({ findings: [{ ...deadlock, severity: "warning" }] }));
  const stuck = roundsOf({}, () => ({ findings: [deadlock] }));

  expect(benchResult(warned, failOn)).toMatchObject({ failures: [], verdict: "unchanged" });
  expect(benchResult(warned, failOn).newFindings).toHaveLength(1);
  expect(benchResult(stuck, parseFailOn("hold>10%"))).toMatchObject({ failures: [], verdict: "unsure" });
});

test("a hand-off that takes longer fails where that is asked about, and is called one", () => {
  const rounds = roundsOf({ handoffMs: 1 }, () => ({ handoffMs: 2 }));

  expect(benchResult(rounds, parseFailOn("handoff>50%")).failures).toEqual([
    expect.stringMatching(
      /^the hand-off of inventory takes \d\d % \[\d\d %, \d\d %\] longer \(1\.00 ms → 2\.00 ms\)$/,
    ),
  ]);
  // Of a hand-off the loop is the cause: who does not ask about it is not told to be unsure of the rest.
  expect(benchResult(rounds, failOn)).toMatchObject({ failures: [], verdict: "unchanged" });
});

test("what is told of base and head fits the ratio beside it", () => {
  const rounds = Array.from({ length: 6 }, (_, i) => {
    const run = (side: number, holdMs: number) => syntheticRecording({ seed: 3 * i + side, holdMs });
    // Half of the rounds on a machine that is twice as slow; the base's second run is slower than its first.
    const slow = i < 3 ? 10 : 20;
    return { base: run(0, slow), again: run(1, 1.44 * slow), head: run(2, 1.2 * slow) };
  });

  const { figures } = benchResult(rounds, failOn);
  const hold = figures.find(({ metric }) => metric === "hold");

  expect(hold?.paired.ratio).toBeCloseTo(1, 1);
  expect((hold?.head ?? 0) / (hold?.base ?? 0)).toBeCloseTo(1, 1);
});
