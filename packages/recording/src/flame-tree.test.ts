import { expect, test } from "vitest";
import type { CpuProfile } from "./cpu-profile.ts";
import { cpuTree, topFrames, waitTree } from "./flame-tree.ts";
import { waitProfile } from "./wait-profile.ts";

function frame(functionName: string, url = "", lineNumber = -1): CpuProfile["nodes"][number]["callFrame"] {
  return { functionName, scriptId: "1", url, lineNumber, columnNumber: 0 };
}

const profile: CpuProfile = {
  nodes: [
    { id: 1, callFrame: frame("(root)"), hitCount: 0, children: [2, 3] },
    { id: 2, callFrame: frame("(idle)"), hitCount: 2 },
    { id: 3, callFrame: frame("serve", "src/server.ts", 9), hitCount: 1, children: [4] },
    { id: 4, callFrame: frame("sign", "src/signature.ts", 4), hitCount: 1 },
  ],
  startTime: 1000,
  endTime: 16_000,
  samples: [2, 3, 4, 2],
  timeDeltas: [1000, 5000, 3000, 2000],
};

test("a sample of the processor counts until the next one; idle time is no work", () => {
  const tree = cpuTree([profile]);

  expect(tree).toMatchObject({ self: 0, total: 5 });
  expect(tree.children).toMatchObject([
    { name: "serve", file: "src/server.ts", line: 10, self: 3, total: 5 },
  ]);
  expect(tree.children[0]?.children).toMatchObject([{ name: "sign", line: 5, self: 2 }]);
});

test("the same function in two threads is one frame", () => {
  expect(cpuTree([profile, profile]).children).toMatchObject([{ name: "serve", self: 6, total: 10 }]);
});

const site = (functionName: string, lineNumber: number) => ({
  functionName,
  filePath: "src/a.ts",
  lineNumber,
});
const stacks = [
  { type: "lock", name: "a", frames: [site("inner", 3), site("outer", 9)], contentions: 2, ms: 20.4 },
  { type: "lock", name: "a", frames: [site("other", 5), site("outer", 9)], contentions: 1, ms: 10 },
  { type: "lock", name: "a", frames: [], contentions: 1, ms: 0.2 },
];

test("waiting is told by primitive, and under it from the outermost function inwards", () => {
  const tree = waitTree(stacks);

  expect(tree.total).toBeCloseTo(30.6);
  const [lock] = tree.children;
  expect(lock).toMatchObject({ name: 'lock "a"' });
  const [outer, unknown] = lock?.children ?? [];
  expect(outer).toMatchObject({ name: "outer", total: 30.4 });
  expect(outer?.children.map(({ name, self }) => [name, self])).toEqual([
    ["inner", 20.4],
    ["other", 10],
  ]);
  expect(unknown).toMatchObject({ name: "(not sampled)", self: 0.2 });
});

test("what names no function comes after those that do, however much it is", () => {
  const of = (ms: number, ...frames: ReturnType<typeof site>[]) => ({
    type: "lock",
    name: "a",
    frames,
    contentions: 1,
    ms,
  });
  const nobody = { functionName: "held by (not sampled)", filePath: "", lineNumber: 0 };
  const outer = site("outer", 9);
  const tree = waitTree([of(90), of(80, nobody, outer), of(5, site("inner", 3), outer)]);

  const [lock] = tree.children;
  expect(lock?.children.map(({ name }) => name)).toEqual(["outer", "(not sampled)"]);
  expect(lock?.children[0]?.children.map(({ name }) => name)).toEqual(["inner", "held by (not sampled)"]);
});

test("waiting drawn as a processor profile has the same times, read back by anyone who reads one", () => {
  const tree = waitTree(stacks);

  const back = cpuTree([waitProfile(tree)]);

  expect(back).toEqual(tree);
  expect(waitProfile(tree).nodes.map(({ hitCount }) => hitCount)).toEqual([0, 0, 0, 20, 10, 1]);
});

test("a function that calls itself has its time once", () => {
  const recursive = waitTree([
    { type: "lock", name: "a", frames: [site("walk", 3), site("walk", 3)], contentions: 1, ms: 5 },
  ]);

  expect(topFrames(recursive).find(({ name }) => name === "walk")).toMatchObject({ self: 5, total: 5 });
});

test("a gap between samples is time without a processor, and nobody's", () => {
  const gap = { at: 50, micro: 300_000 };
  const deltas = Array.from({ length: 200 }, (_, i) => (i === gap.at ? gap.micro : 1000));
  const disturbed = {
    nodes: profile.nodes,
    samples: deltas.map(() => 4),
    timeDeltas: deltas,
    startTime: 0,
    endTime: deltas.reduce((sum, micro) => sum + micro, 0),
  };

  expect(cpuTree([disturbed]).total).toBe(200);
});
