import { expect, test } from "vitest";
import { benchMarkdown } from "./bench-markdown.ts";
import { benchResult } from "./bench-result.ts";
import { compareRecordings } from "./comparison.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";
import { syntheticRecording } from "./testing/synthetic-recording.ts";

const failOn = parseFailOn(defaultFailOn);

test("a new finding stands in the summary, with its advice and in how many runs it was", () => {
  const deadlock = {
    id: "1",
    kind: "deadlock" as const,
    severity: "error" as const,
    message: "a and b wait for each other",
    advice: "Take them in one order.",
    primitives: ["a", "b"],
    sites: [],
    spans: [],
    count: 1,
    firstSeen: 0,
    lastSeen: 0,
  };
  const rounds = [1, 2, 3].map((seed) => ({
    base: syntheticRecording({ seed }),
    again: syntheticRecording({ seed: seed + 10 }),
    head: syntheticRecording({ seed: seed + 20, findings: [deadlock] }),
  }));
  const comparison = compareRecordings(
    rounds.flatMap(({ base, again }) => [base, again]),
    rounds.map(({ head }) => head),
    failOn,
  );

  const markdown = benchMarkdown(benchResult(rounds, failOn), ["it was slow once"], comparison);

  expect(markdown).toMatch(
    /^# Holdup: 🔴 regressed\n\n- \*\*new finding, deadlock, in 3 of 3 runs: a and b wait for each other\*\*\n/,
  );
  expect(markdown).toContain("- red in only one of two sets of rounds: it was slow once");
  expect(markdown).toContain(
    "- new error, deadlock, in 3 of 3 runs of the head: a and b wait for each other Take them in one order.",
  );
});
