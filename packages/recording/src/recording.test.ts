import { expect, test } from "vitest";
import { mergePrimitives } from "./primitive-record.ts";
import { parseRecording } from "./recording.ts";
import { syntheticRecording } from "./testing/synthetic-recording.ts";

const recording = syntheticRecording({ seed: 1 });

test("what was written is read", () => {
  expect(parseRecording(JSON.stringify(recording))).toEqual(recording);
});

test("what is no recording, or one of another version, or damaged, is told in a sentence", () => {
  expect(() => parseRecording("{")).toThrow("contention.json is no JSON");
  expect(() => parseRecording("[]", "a.json")).toThrow("a.json is no recording of Holdup");
  expect(() => parseRecording(JSON.stringify({ ...recording, version: 2 }))).toThrow(
    "contention.json has version 2; this Holdup reads version 1",
  );
  expect(() => parseRecording(JSON.stringify({ ...recording, primitives: [{}] }))).toThrow("is damaged");
});

test("one primitive in two threads is one, its sums and histograms added up", () => {
  const [first] = recording.primitives;
  const [second] = syntheticRecording({ seed: 2, line: 52 }).primitives;
  if (first === undefined || second === undefined) throw new Error("nothing to merge");

  const [merged, ...rest] = mergePrimitives([[first], [second]]);

  expect(rest).toEqual([]);
  expect(merged?.operations).toBe(first.operations + second.operations);
  expect(merged?.blockedMs).toBeCloseTo(first.blockedMs + second.blockedMs);
  expect(merged?.waits.count).toBe(first.waits.count + second.waits.count);
  expect(merged?.byHolder.map(({ site }) => site?.lineNumber)).toEqual([46, 52]);
  const did = { site: first.byHolder[0]?.site ?? null, holds: 2, activities: [{ name: "running", ms: 5 }] };
  const [twice] = mergePrimitives([
    [{ ...first, activities: [did] }],
    [{ ...first, activities: [{ ...did, activities: [...did.activities, { name: "sleeping", ms: 1 }] }] }],
  ]);
  expect(twice?.activities).toEqual([
    {
      site: did.site,
      holds: 4,
      activities: [
        { name: "running", ms: 10 },
        { name: "sleeping", ms: 1 },
      ],
    },
  ]);
  // The second thread's slices are about the second row now.
  expect(merged?.slices.map(({ holders }) => holders[0]?.holder)).toEqual([
    ...first.slices.map(() => 0),
    ...second.slices.map(() => 1),
  ]);
});
