import type { Finding } from "@holdup/protocol";
import { expect, test } from "vitest";
import { compareRecordings, type Comparison } from "./comparison.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";
import { syntheticRecording, type Run } from "./testing/synthetic-recording.ts";

const failOn = parseFailOn(defaultFailOn);

function compare(base: Run, head: Run, expression: string = defaultFailOn): Comparison {
  return compareRecordings([syntheticRecording(base)], [syntheticRecording(head)], parseFailOn(expression));
}

const twenty = Array.from({ length: 20 }, (_, i) => ({ base: 2 * i + 1, head: 2 * i + 2 }));

test("a hold that is 30 % longer is regressed, with its primitive and its line in the head", () => {
  const comparison = compare({ seed: 1 }, { seed: 2, holdMs: 13, line: 52 });

  expect(comparison.verdict).toBe("regressed");
  expect(comparison.failures[0]).toMatch(
    /^inventory is held \d\d % longer at reserve src\/inventory\.ts:52 \(\S+ ms → \S+ ms\)$/,
  );
});

test("waiting that grew tells whom it is for", () => {
  const { failures } = compare({ seed: 1 }, { seed: 2, holdMs: 20, line: 52 }, "wait>25%");

  expect(failures).toEqual([
    expect.stringMatching(
      /^inventory is waited for \d+ % longer .*, mostly for reserve src\/inventory\.ts:52$/,
    ),
  ]);
});

test(
  "it is found in at least 19 runs of 20, and nothing in 20 runs of the same code",
  { timeout: 60_000 },
  () => {
    const planted = twenty.filter(
      ({ base, head }) => compare({ seed: base }, { seed: head, holdMs: 13 }).verdict === "regressed",
    );
    const same = twenty.filter(
      ({ base, head }) => compare({ seed: base }, { seed: head }).failures.length > 0,
    );

    expect(planted.length).toBeGreaterThanOrEqual(19);
    expect(same).toEqual([]);
  },
);

test("a hold that is 30 % shorter is improved, and the same code unchanged", () => {
  expect(compare({ seed: 1 }, { seed: 2, holdMs: 7 }).verdict).toBe("improved");
  expect(compare({ seed: 1 }, { seed: 2 }).verdict).toBe("unchanged");
});

test("a burst in one part of a run is no regression", () => {
  const comparison = compare({ seed: 1 }, { seed: 2, burst: 5 });

  expect(comparison.failures).toEqual([]);
  expect(comparison.primitives[0]?.verdict).toBe("unsure");
});

test("what a busier machine explains is no regression", () => {
  const busy = { seed: 2, slowness: 1.3, timersLateMs: 5 };

  const comparison = compare({ seed: 1 }, busy, "hold>10%");

  expect(comparison.failures).toEqual([]);
  const hold = comparison.primitives[0]?.figures.find(({ metric }) => metric === "hold");
  expect(hold).toMatchObject({ verdict: "unsure", doubt: "the machine was busier" });
  expect(comparison.doubts.join()).toContain("timers were 0.2 ms late in the base and 5.0 ms in the head");
});

test("runs that had to share their processors prove nothing one by one", () => {
  const comparison = compare({ seed: 1 }, { seed: 2, holdMs: 13, delayedMs: 400 });

  expect(comparison.failures).toEqual([]);
  expect(comparison.primitives[0]?.figures[0]).toMatchObject({
    verdict: "unsure",
    doubt: "the machine was busy with something else",
  });
  expect(comparison.doubts.join()).toContain(
    "had no processor for 0 % of the time in the base and 10 % in the head",
  );
});

test("only what was asked for fails", () => {
  expect(compare({ seed: 1 }, { seed: 2, holdMs: 13 }, "none").failures).toEqual([]);
  expect(compare({ seed: 1 }, { seed: 2, holdMs: 13 }, "hold>50%").failures).toEqual([]);
});

test("differences too small to matter are nothing, whatever their ratio", () => {
  expect(compare({ seed: 1, holdMs: 0.01 }, { seed: 2, holdMs: 0.02 }).verdict).toBe("unchanged");
});

test("several recordings of a side are judged by how much they differ from each other", () => {
  const swaying = [0.6, 1, 1.4, 0.8, 1.2].map((slowness, i) => syntheticRecording({ seed: i + 1, slowness }));
  const slower = [0.6, 1, 1.4, 0.8, 1.2].map((slowness, i) =>
    syntheticRecording({ seed: i + 11, slowness, holdMs: 13 }),
  );

  const comparison = compareRecordings(swaying, slower, failOn);

  expect(comparison.failures).toEqual([]);
  expect(comparison.primitives[0]?.verdict).toBe("unsure");
});

const deadlock: Finding = {
  id: "1",
  kind: "deadlock",
  severity: "error",
  message: "a and b wait for each other",
  advice: "Take them in one order.",
  primitives: ["a", "b"],
  sites: [{ functionName: "transfer", filePath: "src/bank.ts", lineNumber: 3 }],
  spans: [],
  count: 1,
  firstSeen: 0,
  lastSeen: 0,
};

test("a new finding that is an error fails; one that moved by some lines is not new", () => {
  const moved = { ...deadlock, id: "7", sites: [{ ...deadlock.sites[0], lineNumber: 9 } as never] };

  expect(compare({ seed: 1 }, { seed: 2, findings: [deadlock] }).failures).toEqual([
    "new finding, deadlock: a and b wait for each other",
  ]);
  expect(compare({ seed: 1, findings: [deadlock] }, { seed: 2, findings: [moved] }).failures).toEqual([]);
  expect(compare({ seed: 1, findings: [deadlock] }, { seed: 2 }).goneFindings).toHaveLength(1);
});

test("a primitive of one side only is new or gone", () => {
  const verdicts = compare({ seed: 1, name: "old" }, { seed: 2, name: "fresh" }).primitives.map(
    ({ name, verdict }) => [name, verdict],
  );

  expect(Object.fromEntries(verdicts)).toEqual({ old: "gone", fresh: "new" });
});

test("an expression that can't be read says how it must be", () => {
  expect(() => parseFailOn("hold>ten")).toThrow(
    '"hold>ten" is nothing to fail on; it must be like hold>10%,wait>25%,findings, or none',
  );
});
