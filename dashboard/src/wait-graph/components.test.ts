import fc from "fast-check";
import { expect, test } from "vitest";
import { connected, stronglyConnected } from "./components.ts";

const names = ["a", "b", "c", "d", "e", "f"];
const arrows = fc.array(fc.record({ from: fc.constantFrom(...names), to: fc.constantFrom(...names) }));
type Arrow = { readonly from: string; readonly to: string };

// The definition, by brute force.
function reaches(from: string, to: string, edges: readonly Arrow[]): boolean {
  const seen = new Set([from]);
  for (const node of seen) {
    for (const edge of edges) if (edge.from === node) seen.add(edge.to);
  }
  return seen.has(to);
}

function sameGroup(groups: readonly string[][], one: string, other: string): boolean {
  return groups.some((group) => group.includes(one) && group.includes(other));
}

test("two nodes are strongly connected if either is reached from the other", () => {
  fc.assert(
    fc.property(arrows, (edges) => {
      const groups = stronglyConnected(names, edges);
      expect(groups.flat().toSorted()).toEqual(names);
      for (const one of names) {
        for (const other of names) {
          const both = reaches(one, other, edges) && reaches(other, one, edges);
          expect(sameGroup(groups, one, other)).toBe(both);
        }
      }
    }),
  );
});

test("two nodes hang together if one is reached from the other, whichever way the edges point", () => {
  fc.assert(
    fc.property(arrows, (edges) => {
      const bothWays = [...edges, ...edges.map(({ from, to }) => ({ from: to, to: from }))];
      const groups = connected(names, edges);
      for (const one of names) {
        for (const other of names) {
          expect(sameGroup(groups, one, other)).toBe(reaches(one, other, bothWays));
        }
      }
    }),
  );
});

test("a chain of ten thousand is no reason to overflow the stack", () => {
  const nodes = Array.from({ length: 10_000 }, (_, index) => String(index));
  const edges = nodes.slice(1).map((to, index) => ({ from: String(index), to }));

  expect(stronglyConnected(nodes, edges)).toHaveLength(10_000);
});
