import type { Site, WaitsProfile } from "@holdup/protocol";
import type { FlameNode } from "@holdup/recording";
import { expect, test } from "vitest";
import { parseFolded, writeFolded } from "./folded.ts";
import { profileTree, waitsTree } from "./profile-tree.ts";
import { follow, readPath, stepOf, walk, writePath } from "./tree-path.ts";

const site = (functionName: string, lineNumber: number): Site => ({
  functionName,
  filePath: "src/a.ts",
  lineNumber,
});
const inventory = { name: "inventory", type: "lock" };
const waits: WaitsProfile = {
  from: 0,
  to: 1,
  items: [
    {
      service: "shop",
      primitive: inventory,
      waiterSite: site("buy", 3),
      holderSite: site("restock", 9),
      blameSeconds: 2,
    },
    {
      service: "shop",
      primitive: inventory,
      waiterSite: site("sell", 5),
      holderSite: site("restock", 9),
      blameSeconds: 1,
    },
    { service: "shop", primitive: inventory, waiterSite: null, holderSite: null, blameSeconds: 0.5 },
  ],
};

/** A tree as lines: depth by indentation, time behind. */
function lines(node: FlameNode, depth = 0): string[] {
  const own = depth === 0 ? [] : [`${"  ".repeat(depth - 1)}${node.name} ${node.total}`];
  return [...own, ...node.children.flatMap((child) => lines(child, depth + 1))];
}

test("waits by waiter: the primitive, who waited, who held meanwhile", () => {
  expect(lines(waitsTree(waits, "waiter"))).toEqual([
    'lock "inventory" 3500',
    "  buy 2000",
    "    held by restock 2000",
    "  sell 1000",
    "    held by restock 1000",
    "  (waiter not known) 500",
    "    held by (nobody held) 500",
  ]);
});

test("… and by holder: whose holds cost most", () => {
  expect(lines(waitsTree(waits, "holder"))).toEqual([
    'lock "inventory" 3500',
    "  restock 3000",
    "    waited for by buy 2000",
    "    waited for by sell 1000",
    "  (nobody held) 500",
    "    waited for by (waiter not known) 500",
  ]);
});

test("of several services it tells whose the primitive is", () => {
  const [first] = waits.items;
  if (first === undefined) throw new Error("no entry");
  const two = { ...waits, items: [first, { ...first, service: "bank" }] };

  expect(waitsTree(two, "waiter").children.map(({ name }) => name)).toEqual([
    'lock "shop / inventory"',
    'lock "bank / inventory"',
  ]);
});

test("folded stacks are read as they are written", () => {
  const tree = parseFolded("main;serve 12\nmain;serve;sign 3\nnot a stack\nmain 1\n");

  expect(lines(tree)).toEqual(["main 16", "  serve 15", "    sign 3"]);
  const again = parseFolded(writeFolded(tree));
  expect(lines(again)).toEqual(["main 16000", "  serve 15000", "    sign 3000"]);
});

test("what can't be drawn is told in a sentence", () => {
  expect(() => profileTree("trace", {}, "waiter")).toThrow(/opens in the Timeline/);
  expect(() => profileTree("recording", { format: "holdup-recording", version: 99 }, "waiter")).toThrow(
    /version 99/,
  );
});

test("the way to a frame is the same after a reload, and ends where the tree ends", () => {
  const tree = waitsTree(waits, "waiter");
  const path = ['lock "inventory"', "buy src/a.ts"];

  expect(readPath(writePath(path))).toEqual(path);
  expect(readPath("nonsense")).toEqual([]);
  expect(readPath("[1]")).toEqual([]);
  expect(follow(tree, [...path, "nowhere"]).map(stepOf)).toEqual(["all", ...path]);
});

test("arrow keys go to the caller, the widest callee and the neighbours, and stop at the edges", () => {
  const tree = waitsTree(waits, "waiter");
  const lock = ['lock "inventory"'];

  expect(walk(tree, [], "in")).toEqual(lock);
  expect(walk(tree, lock, "in")).toEqual([...lock, "buy src/a.ts"]);
  expect(walk(tree, [...lock, "buy src/a.ts"], "next")).toEqual([...lock, "sell src/a.ts"]);
  expect(walk(tree, [...lock, "buy src/a.ts"], "previous")).toEqual([...lock, "buy src/a.ts"]);
  expect(walk(tree, [...lock, "buy src/a.ts"], "out")).toEqual(lock);
  expect(walk(tree, [], "out")).toEqual([]);
});
