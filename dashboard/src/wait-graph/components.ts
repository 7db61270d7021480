/** Parts of a graph: those that hang together, and those in which everyone is reached from everyone. */

import type { GraphEdge, WaitGraph } from "./graph.ts";

type Arrow = Pick<GraphEdge, "from" | "to">;

/** Groups of nodes that hang together, whichever way the edges point. */
export function connected(nodes: Iterable<string>, edges: readonly Arrow[]): string[][] {
  const neighbours = adjacency([...edges, ...edges.map(({ from, to }) => ({ from: to, to: from }))]);
  const seen = new Set<string>();
  const groups: string[][] = [];
  for (const start of nodes) {
    if (seen.has(start)) continue;
    const group = [start];
    seen.add(start);
    for (let i = 0; i < group.length; i++) {
      for (const next of neighbours.get(group[i] ?? "") ?? []) {
        if (seen.has(next)) continue;
        seen.add(next);
        group.push(next);
      }
    }
    groups.push(group);
  }
  return groups;
}

/**
 * Strongly connected components: of each two nodes in one, either is reached from the other. Tarjan's algorithm, with
 * a stack of its own: a chain of ten thousand waiters is no reason to overflow the program's.
 */
export function stronglyConnected(nodes: Iterable<string>, edges: readonly Arrow[]): string[][] {
  const next = adjacency(edges);
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const groups: string[][] = [];

  const enter = (node: string) => {
    index.set(node, index.size);
    low.set(node, index.size - 1);
    open.push(node);
    isOpen.add(node);
    return { node, rest: [...(next.get(node) ?? [])] };
  };
  const lower = (node: string, to: number) => low.set(node, Math.min(low.get(node) ?? to, to));
  const leave = (node: string) => {
    if (low.get(node) !== index.get(node)) return;
    const group = open.splice(open.lastIndexOf(node));
    for (const member of group) isOpen.delete(member);
    groups.push(group);
  };

  for (const start of nodes) {
    if (index.has(start)) continue;
    const path = [enter(start)];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const to = step.rest.pop();
      if (to === undefined) {
        path.pop();
        leave(step.node);
        const before = path.at(-1);
        if (before !== undefined) lower(before.node, low.get(step.node) ?? 0);
      } else if (!index.has(to)) path.push(enter(to));
      else if (isOpen.has(to)) lower(step.node, index.get(to) ?? 0);
    }
  }
  return groups;
}

/** The part of a graph that consists of those nodes. */
export function partOf({ nodes, edges }: WaitGraph, kept: ReadonlySet<string>): WaitGraph {
  return {
    nodes: new Map([...nodes].filter(([id]) => kept.has(id))),
    edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)),
  };
}

function adjacency(edges: readonly Arrow[]): Map<string, string[]> {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const known = next.get(from);
    if (known === undefined) next.set(from, [to]);
    else known.push(to);
  }
  return next;
}
