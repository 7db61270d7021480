import { expect, test } from "vitest";
import { benchmarkEntries } from "./benchmark-action.ts";
import { comparisonMarkdown } from "./comparison-markdown.ts";
import { compareRecordings } from "./comparison.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";
import { syntheticRecording, type Run } from "./testing/synthetic-recording.ts";

function compare(base: Run, head: Run) {
  return compareRecordings(
    [syntheticRecording(base)],
    [syntheticRecording(head)],
    parseFailOn(defaultFailOn),
  );
}

test("a regression stands first, then the table, then the doubts", () => {
  const markdown = comparisonMarkdown(compare({ seed: 1 }, { seed: 2, holdMs: 13 }));

  expect(markdown).toMatch(/^## Waiting: 🔴 regressed\n\n- \*\*inventory is held \d+ % longer at reserve/);
  expect(markdown).toMatch(/\| 🔴 regressed \| \*\*inventory\*\* lock \| \S+ ms → \S+ ms \|/);
  expect(markdown).toContain("> With fewer than three recordings a side");
});

test("a name from a program makes neither a cell, nor an element, nor a mention", () => {
  const name = "a|b <img> @someone [x](y)\nz";

  const markdown = comparisonMarkdown(compare({ seed: 1, name }, { seed: 2, name }));

  expect(markdown).toContain(String.raw`**a\|b &#60;img&#62; @​someone \[x\](y) z**`);
});

test("it keeps to its budget, and says how many rows did not fit", () => {
  const comparison = compare({ seed: 1 }, { seed: 2 });
  const [row] = comparison.primitives;
  const many = { ...comparison, primitives: Array.from({ length: 5000 }, () => row as never) };

  const markdown = comparisonMarkdown(many, 20_000);

  expect(new TextEncoder().encode(markdown).length).toBeLessThanOrEqual(20_000);
  expect(markdown).toMatch(/\d+ more primitives, and the details, are in comparison\.json\.\n$/);
});

test("the head's figures are told as github-action-benchmark reads them", () => {
  const entries = benchmarkEntries(compare({ seed: 1 }, { seed: 2 }));

  expect(entries.map(({ name, unit }) => `${name} in ${unit}`)).toEqual([
    "inventory: wait p99 in ms",
    "inventory: wait per operation in ms",
    "inventory: hold p99 in ms",
    "inventory: hand-off per wait in ms",
  ]);
  expect(entries.every(({ value }) => Number.isFinite(value) && value >= 0)).toBe(true);
});
