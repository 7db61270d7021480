/** What the page shows of the graph: which part, and the same one for as long as somebody looks closely. */

import { connected, partOf } from "./components.ts";
import { deadlocks, type Deadlock } from "./deadlock.ts";
import type { WaitGraph } from "./graph.ts";
import { layout, type Layout } from "./layout.ts";

/** Waits shorter than that come and go faster than one can look. */
export const blockedMs = 250;

export interface ShownGraph {
  readonly graph: WaitGraph;
  readonly deadlocks: readonly Deadlock[];
  readonly layout: Layout;
  /** How many primitives there are that are not shown. */
  readonly left: number;
  /** Whether every part is shown because nobody has waited for a while. */
  readonly brief: boolean;
}

/** The parts of the graph where somebody has waited for a while; with `all`, or when there are none, every part. */
export function shownGraph(graph: WaitGraph, all: boolean): ShownGraph {
  const found = deadlocks(graph);
  const blocked = all ? graph : blockedPart(graph);
  const brief = blocked.nodes.size === 0 && graph.nodes.size > 0;
  const part = brief ? graph : blocked;
  return {
    graph: part,
    deadlocks: found,
    layout: layout(part, found),
    left: primitivesOf(graph) - primitivesOf(part),
    brief,
  };
}

/** Whether two show the same nodes and edges, whatever their ages. */
export function isSameShape(one: ShownGraph, other: ShownGraph): boolean {
  return shapeOf(one) === shapeOf(other);
}

/** The newer one's ages where the older one's nodes stand. */
export function withPlaces(older: ShownGraph, newer: ShownGraph): ShownGraph {
  const edges = new Map(newer.layout.edges.map((placed) => [placed.edge.id, placed]));
  return {
    ...newer,
    layout: {
      ...older.layout,
      edges: older.layout.edges.map((placed) => {
        const now = edges.get(placed.edge.id);
        return now === undefined ? placed : { ...now, path: placed.path, label: placed.label };
      }),
      rings: older.layout.rings.map((ring) => ({
        ...ring,
        deadlock: newer.deadlocks.find(({ id }) => id === ring.deadlock.id) ?? ring.deadlock,
      })),
    },
  };
}

function blockedPart(graph: WaitGraph): WaitGraph {
  const blocked = new Set(
    graph.edges.filter(({ kind, sinceMs }) => kind === "wait" && sinceMs >= blockedMs).map(({ to }) => to),
  );
  const groups = connected(graph.nodes.keys(), graph.edges);
  return partOf(graph, new Set(groups.filter((group) => group.some((id) => blocked.has(id))).flat()));
}

function primitivesOf({ nodes }: WaitGraph): number {
  return [...nodes.values()].filter(({ kind }) => kind === "primitive").length;
}

function shapeOf({ graph, deadlocks: found }: ShownGraph): string {
  return JSON.stringify([
    [...graph.nodes.keys()].toSorted(),
    graph.edges.map(({ id }) => id).toSorted(),
    found.map(({ id }) => id).toSorted(),
  ]);
}
