import { expect, test } from "vitest";
import { benchResult } from "./bench-result.ts";
import { compareRecordings } from "./comparison.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";
import { withNamesOf } from "./moved-names.ts";
import type { Recording } from "./recording.ts";
import { syntheticRecording } from "./testing/synthetic-recording.ts";

const failOn = parseFailOn(defaultFailOn);

function madeAt(...lines: readonly number[]): Recording {
  const [first, ...others] = lines.map((line, seed) =>
    syntheticRecording({ seed, name: `async-mutex@ledger.ts:${line}` }),
  ) as [Recording, ...Recording[]];
  return { ...first, primitives: [first, ...others].flatMap(({ primitives }) => primitives) };
}

function names({ primitives }: Recording): string[] {
  return primitives.map(({ name }) => name.replace("async-mutex@ledger.ts:", ""));
}

test("what nobody named is the same primitive where an edit above moved its line", () => {
  const [base] = withNamesOf([madeAt(9, 11)], [madeAt(7, 9)]) as [Recording];

  expect(names(base)).toEqual(["9", "11"]);
});

test("stacks, findings and the last seconds are renamed with it", () => {
  const flights = [
    { thread: "main", flight: { primitives: [{ type: "lock", name: "async-mutex@ledger.ts:7" }] } },
  ];
  const finding = { primitives: ["async-mutex@ledger.ts:7", "other"] } as never;

  const [base] = withNamesOf(
    [madeAt(9)],
    [{ ...madeAt(7), findings: [finding], flights: flights as never }],
  ) as [Recording];

  expect(base.stacks.waiters.map(({ name }) => name)).toEqual(["async-mutex@ledger.ts:9"]);
  expect(base.flights[0]?.flight.primitives[0]?.name).toBe("async-mutex@ledger.ts:9");
  expect(base.findings[0]?.primitives).toEqual(["async-mutex@ledger.ts:9", "other"]);
});

test("where one was added nobody can tell which: lines alone say", () => {
  const [base] = withNamesOf([madeAt(9, 11)], [madeAt(9)]) as [Recording];

  expect(names(base)).toEqual(["9"]);
});

test("a comparison and a bench of two versions follow the line", () => {
  const comparison = compareRecordings([madeAt(7)], [madeAt(9)], failOn);
  const round = { base: madeAt(7), again: madeAt(7), head: madeAt(9) };
  const { counts, figures } = benchResult([round, round, round], failOn);

  expect(comparison.primitives.map(({ name, verdict }) => [name, verdict])).toEqual([
    ["async-mutex@ledger.ts:9", "unchanged"],
  ]);
  expect(counts).toHaveLength(3);
  expect(figures.map(({ metric }) => metric)).toEqual(["hold", "wait", "handoff"]);
});
