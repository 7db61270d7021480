import { expect, test } from "vitest";
import type { CpuProfile } from "./cpu-profile.ts";
import { skipStart } from "./skip-start.ts";

const callFrame = { functionName: "a", scriptId: "0", url: "", lineNumber: 0, columnNumber: 0 };
const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame, hitCount: 3, children: [2] },
    { id: 2, callFrame, hitCount: 2 },
  ],
  startTime: 0,
  endTime: 3500,
  samples: [1, 1, 2, 1, 2],
  timeDeltas: [400, 600, 500, 1000, 1000],
};

test("only what was sampled after the start counts", () => {
  const rest = skipStart(profile, 1);

  expect(rest.samples).toEqual([2, 1, 2]);
  expect(rest.timeDeltas).toEqual([500, 1000, 1000]);
  expect(rest.nodes.map(({ hitCount }) => hitCount)).toEqual([1, 2]);
});

test("a profile shorter than the start is empty", () => {
  const rest = skipStart(profile, 4);

  expect(rest.samples).toEqual([]);
  expect(rest.nodes.map(({ hitCount }) => hitCount)).toEqual([0, 0]);
});
