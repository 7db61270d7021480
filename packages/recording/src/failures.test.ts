import { expect, test } from "vitest";
import type { BenchFigure } from "./bench-result.ts";
import type { Figure } from "./comparison.ts";
import { benchSentence, figureSentence } from "./failures.ts";

const reserve = { functionName: "reserve", filePath: "src/inventory.ts", lineNumber: 46 };

function compared(figure: Partial<Figure>): string {
  const same = { ratio: 1, low: 1, high: 1 };
  const hold = { metric: "hold", site: reserve, base: 10, head: 13, ...same, ratio: 1.3 } as const;
  return figureSentence(
    { name: "inventory", head: null },
    { ...hold, usual: same, verdict: "regressed", doubt: "", ...figure },
  );
}

function benched(figure: Partial<BenchFigure>): string {
  const paired = { ratio: 1.3, low: 1.25, high: 1.36, pairs: 7 };
  return benchSentence({
    key: "",
    primitive: "inventory",
    metric: "hold",
    site: reserve,
    base: 10,
    head: 13,
    paired,
    self: paired,
    verdict: "regressed",
    ...figure,
  });
}

test("a comparison and a bench say the same of a figure, and the bench how sure it is", () => {
  expect(compared({})).toBe(
    "inventory is held 30 % longer at reserve src/inventory.ts:46 (10.0 ms → 13.0 ms)",
  );
  expect(benched({})).toBe(
    "inventory is held 30 % [25 %, 36 %] longer at reserve src/inventory.ts:46 (10.0 ms → 13.0 ms)",
  );
});

test("a wait is waited for, and a hand-off takes", () => {
  const site = null;

  expect(benched({ metric: "wait", site })).toBe(
    "inventory is waited for 30 % [25 %, 36 %] longer (10.0 ms → 13.0 ms)",
  );
  expect(benched({ metric: "handoff", site })).toBe(
    "the hand-off of inventory takes 30 % [25 %, 36 %] longer (10.0 ms → 13.0 ms)",
  );
  expect(compared({ metric: "handoff", site })).toBe(
    "the hand-off of inventory takes 30 % longer (10.0 ms → 13.0 ms)",
  );
});

test("what is many times as long is told in times, and what is shorter as shorter", () => {
  const site = null;

  expect(benched({ site, head: 120, paired: { ratio: 12, low: 11, high: 13, pairs: 7 } })).toBe(
    "inventory is held 12 times [11, 13] as long (10.0 ms → 120 ms)",
  );
  expect(benched({ site, head: 7, paired: { ratio: 0.7, low: 0.6, high: 0.9, pairs: 7 } })).toBe(
    "inventory is held 30 % [40 %, 10 %] shorter (10.0 ms → 7.00 ms)",
  );
});
