import type { Party, WaitGraphItem } from "@holdup/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deadlocks } from "./deadlock.ts";
import { waitGraph } from "./graph.ts";
import { layout, thicknessOf } from "./layout.ts";

function party(task: string): Party {
  return { task, taskId: task, site: null, sinceMs: 3200, operation: "acquire" };
}

function item(name: string, holder: string, waiters: readonly string[]): WaitGraphItem {
  const primitive = { name, type: "lock" };
  return { service: "shop", instance: "1", primitive, holders: [party(holder)], waiters: waiters.map(party) };
}

function circle(length: number): WaitGraphItem[] {
  return Array.from({ length }, (_, index) =>
    item(`lock-${index}`, `task-${index}`, [`task-${(index + 1) % length}`, `beside-${index}`]),
  );
}

function place(items: readonly WaitGraphItem[]) {
  const graph = waitGraph(items);
  return { graph, ...layout(graph, deadlocks(graph)) };
}

test("who waits stands left of what it waits for, and that left of who holds it", () => {
  const { graph, boxes } = place([item("accounts", "A", ["B"]), item("ledger", "B", ["C"])]);

  for (const { from, to } of graph.edges) {
    expect(boxes.get(from)?.x).toBeLessThan(boxes.get(to)?.x ?? 0);
  }
});

test("no box covers another, and every circle of a deadlock closes with arcs of its own", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 10 }), (length) => {
      const { graph, boxes, edges, rings } = place(circle(length));
      const all = [...boxes.values()];
      expect(boxes.size).toBe(graph.nodes.size);
      for (const [index, one] of all.entries()) {
        for (const other of all.slice(index + 1)) {
          const apart =
            Math.abs(one.x - other.x) >= (one.width + other.width) / 2 ||
            Math.abs(one.y - other.y) >= (one.height + other.height) / 2;
          expect(apart).toBe(true);
        }
      }
      const around = edges.filter(({ deadlock }) => deadlock !== undefined);
      expect(rings).toHaveLength(1);
      expect(around).toHaveLength(2 * length);
      for (const { path } of around) expect(path).toContain(" A ");
    }),
    { numRuns: 10 },
  );
});

test("a wait gets thicker with its age, within bounds", () => {
  const ages = [0, 1, 100, 1000, 10_000, 1e6, 1e12].map(thicknessOf);

  expect(ages).toEqual(ages.toSorted((one, other) => one - other));
  expect(ages.at(0)).toBe(1.5);
  expect(ages.at(-1)).toBe(5);
});
