/** The way to a frame from the root, as an address remembers it: it leads there in a tree of tomorrow, too. */

import type { FlameNode } from "@holdup/recording";

/** The frames from the root's child to this one. */
export type TreePath = readonly string[];

/** What a frame is called on the way. */
export function stepOf({ name, file }: Pick<FlameNode, "name" | "file">): string {
  return file === "" ? name : `${name} ${file}`;
}

export function writePath(path: TreePath): string {
  return path.length === 0 ? "" : JSON.stringify(path);
}

/** The way that an address names; none if it can't be read. */
export function readPath(text: string): TreePath {
  try {
    const path: unknown = JSON.parse(text);
    return Array.isArray(path) && path.every((step) => typeof step === "string") ? path : [];
  } catch {
    return [];
  }
}

/** The frame at the end of the way, as far as there is one. */
export function follow(tree: FlameNode, path: TreePath): FlameNode[] {
  const nodes = [tree];
  for (const step of path) {
    const next = nodes.at(-1)?.children.find((child) => stepOf(child) === step);
    if (next === undefined) break;
    nodes.push(next);
  }
  return nodes;
}

/** Where an arrow key leads from the end of the way: to the caller, the widest callee that is a function, or a neighbour. */
export function walk(tree: FlameNode, path: TreePath, to: "out" | "in" | "previous" | "next"): TreePath {
  const nodes = follow(tree, path);
  const here = nodes.at(-1) ?? tree;
  const steps = nodes.slice(1).map(stepOf);
  if (to === "out") return steps.slice(0, -1);
  if (to === "in") return here.children[0] === undefined ? steps : [...steps, stepOf(here.children[0])];
  const siblings = nodes.at(-2)?.children ?? [];
  const neighbour = siblings[siblings.indexOf(here) + (to === "next" ? 1 : -1)];
  return neighbour === undefined ? steps : [...steps.slice(0, -1), stepOf(neighbour)];
}
