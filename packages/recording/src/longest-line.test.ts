import { expect, test } from "vitest";
import { benchResult } from "./bench-result.ts";
import { defaultFailOn, parseFailOn } from "./fail-on.ts";
import { longestLines } from "./longest-line.ts";
import type { Recording } from "./recording.ts";
import { syntheticRecording } from "./testing/synthetic-recording.ts";

type Wait = readonly [startMs: number, grantedMs: number | null, endMs: number, instance?: number];

function waited(waits: readonly Wait[], { lateMs = 0, seed = 1 } = {}): Recording {
  const recording = syntheticRecording({ seed });
  const start = (recording.threads[0]?.startedAt ?? 0) + lateMs;
  const flight = {
    version: 1,
    start,
    end: start + 4000,
    primitives: [{ type: "lock", name: "inventory" }],
    tasks: [],
    sites: [],
    holds: [],
    findings: [],
    waits: waits.map(([startMs, grantedMs, endMs, instance = 1]) => ({
      primitive: 0,
      instance,
      task: null,
      operation: "acquire",
      site: null,
      startMs,
      endMs,
      outcome: grantedMs === null ? ("cancelled" as const) : ("granted" as const),
      grantedMs,
      handedOverBy: null,
      hold: null,
    })),
  } as const;
  return { ...recording, flights: [{ thread: "main", flight }] };
}

test("the longest line is of those who wait at the same time: until the grant, or until they give up", () => {
  const recording = waited([
    [10, 20, 21],
    [0, 10, 30],
    [1, null, 12],
    [2, 12, 13],
  ]);

  expect(longestLines(recording)).toEqual(new Map([["lock inventory", 3]]));
});

test("two locks of one name have a line each", () => {
  expect(
    longestLines(
      waited([
        [0, 10, 10, 1],
        [1, 10, 10, 2],
      ]),
    ),
  ).toEqual(new Map([["lock inventory", 1]]));
});

test("of a run whose first waits are gone nothing is said", () => {
  expect(longestLines(waited([[0, 10, 10]], { lateMs: 1 }))).toEqual(new Map());
});

test("a longer line is red where it is the same in every run of a side", () => {
  const base = waited([[0, 10, 10]]);
  const head = waited([
    [0, 10, 10],
    [5, 20, 20],
  ]);
  const round = { base, again: base, head };

  expect(benchResult([round, round, round], parseFailOn(defaultFailOn)).failures).toEqual([
    "inventory: the longest line went from 1 to 2, the same in every run",
  ]);
});
