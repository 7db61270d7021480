import { expect, test } from "vitest";
import { diffTree } from "./diff-tree.ts";
import { waitTree } from "./flame-tree.ts";

const at = (functionName: string, lineNumber: number) => ({
  functionName,
  filePath: `src/${functionName}.ts`,
  lineNumber,
});
const tree = (...rows: [functionName: string, line: number, ms: number][]) =>
  waitTree(
    rows.map(([name, line, ms]) => ({
      type: "lock",
      name: "a",
      frames: [at(name, line)],
      contentions: 1,
      ms,
    })),
  );

const base = tree(["same", 3, 50], ["gone", 5, 50]);
const head = tree(["same", 9, 100], ["extra", 5, 100]);

test("functions are the same wherever their lines are, and compared by their share of the whole", () => {
  const [lock] = diffTree(base, head, "head").children;

  expect(
    lock?.children.map(({ name, baseShare, headShare, total }) => [name, baseShare, headShare, total]),
  ).toEqual([
    ["same", 0.5, 0.5, 100],
    ["extra", 0, 0.5, 100],
  ]);
});

test("what is gone is there when it is drawn as wide as in the base", () => {
  const [lock] = diffTree(base, head, "base").children;

  expect(
    lock?.children.map(({ name, baseShare, headShare, total }) => [name, baseShare, headShare, total]),
  ).toEqual([
    ["same", 0.5, 0.5, 50],
    ["gone", 0.5, 0, 50],
  ]);
});
