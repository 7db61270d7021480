import type { Finding } from "@holdup/protocol";
import { expect, test } from "vitest";
import type { BenchFigure, BenchResult } from "./bench-result.ts";
import { confirmation } from "./confirmation.ts";
import { benchFailures } from "./failures.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";

const failOn = parseFailOn(defaultFailOn);

function slower(primitive: string): BenchFigure {
  const paired = { ratio: 1.3, low: 1.2, high: 1.4, pairs: 7 };
  const self = { ratio: 1, low: 0.99, high: 1.01, pairs: 7 };
  return {
    key: `hold lock ${primitive} a.ts:f`,
    primitive,
    metric: "hold",
    site: { functionName: "f", filePath: "a.ts", lineNumber: 1 },
    base: 10,
    head: 13,
    paired,
    self,
    verdict: "regressed",
  };
}

const deadlock: Finding = {
  id: "1",
  kind: "deadlock",
  severity: "error",
  message: "a and b wait for each other",
  advice: "Take them in one order.",
  primitives: ["a", "b"],
  sites: [],
  spans: [],
  count: 1,
  firstSeen: 0,
  lastSeen: 0,
};

function result(figures: readonly BenchFigure[], findings: readonly Finding[] = []): BenchResult {
  const said = {
    version: 1 as const,
    rounds: 7,
    noise: 0,
    figures,
    counts: [],
    newFindings: findings.map((finding) => ({ key: `finding ${finding.kind}`, finding, runs: 1, of: 7 })),
  };
  const failures = benchFailures(said, failOn).map(({ sentence }) => sentence);
  return { ...said, failures, verdict: failures.length > 0 ? "regressed" : "unchanged" };
}

test("only what is red in both sets fails; what is red in one of them is told", () => {
  const first = result([slower("a"), slower("b")]);
  const second = result([slower("b"), slower("c")]);

  const { result: both, unconfirmed } = confirmation(first, second, failOn);

  expect(both.failures).toEqual([expect.stringMatching(/^b is held/)]);
  expect(both.verdict).toBe("regressed");
  expect(unconfirmed).toEqual([expect.stringMatching(/^a is held/), expect.stringMatching(/^c is held/)]);
});

test("red by something else the second time is unsure", () => {
  const { result: both, unconfirmed } = confirmation(result([slower("a")]), result([slower("b")]), failOn);

  expect(both).toMatchObject({ failures: [], verdict: "unsure" });
  expect(unconfirmed).toHaveLength(2);
});

test("a deadlock that comes again is red; one that does not is told, and nobody is sure that nothing changed", () => {
  const again = confirmation(result([], [deadlock]), result([], [deadlock]), failOn);
  const once = confirmation(result([], [deadlock]), result([]), failOn);

  expect(again.result).toMatchObject({
    verdict: "regressed",
    failures: [expect.stringContaining("deadlock")],
  });
  expect(once.result).toMatchObject({ verdict: "unsure", failures: [] });
  expect(once.unconfirmed).toEqual(["new finding, deadlock, in 1 of 7 runs: a and b wait for each other"]);
});
