/**
 * Where everything stands: who waits at the left, who holds at the right. A deadlock gets a ring of its own: in a layout
 * from left to right one of its edges would run back behind the others, and the circle would not be seen.
 */

import { Graph, layout as arrange } from "@dagrejs/dagre";
import { connected, partOf } from "./components.ts";
import type { Deadlock } from "./deadlock.ts";
import type { GraphEdge, GraphNode, WaitGraph } from "./graph.ts";
import { arcBetween, bend, placesOn, ringFor, type Box, type Curve, type Point, type Ring } from "./ring.ts";

export interface PlacedEdge extends Curve {
  readonly edge: GraphEdge;
  /** The deadlock whose circle it is part of. */
  readonly deadlock: Deadlock | undefined;
  /** In pixels: the longer, the thicker. */
  readonly thickness: number;
}

export interface PlacedRing extends Point {
  readonly deadlock: Deadlock;
}

export interface Layout {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly edges: readonly PlacedEdge[];
  /** The centre of each deadlock's ring. */
  readonly rings: readonly PlacedRing[];
}

const nodeWidth = 188;
/** What a ring's ground takes more than the ellipse on which its nodes stand. */
const haloHeight = 116;
const betweenParts = 40;

/** How large a node is drawn. */
export function sizeOf({ kind }: GraphNode): Pick<Box, "width" | "height"> {
  return { width: nodeWidth, height: kind === "task" ? 50 : 58 };
}

interface Knot {
  readonly id: string;
  readonly deadlock: Deadlock;
  readonly ring: Ring;
}

/** Places the graph: each part that hangs together for itself, those with a deadlock first. */
export function layout(graph: WaitGraph, deadlocks: readonly Deadlock[]): Layout {
  const parts = connected(graph.nodes.keys(), graph.edges)
    .map((nodes) => placePart(partOf(graph, new Set(nodes)), deadlocks))
    .toSorted((one, other) => other.rings.length - one.rings.length || other.boxes.size - one.boxes.size);
  const places = shelve(parts);
  return {
    boxes: new Map(parts.flatMap((part, index) => [...shifted(part, places[index]).boxes])),
    edges: parts.flatMap((part, index) => placeEdges(shifted(part, places[index]))),
    rings: parts.flatMap((part, index) =>
      shifted(part, places[index]).rings.map(({ deadlock, ring: { x, y } }) => ({ deadlock, x, y })),
    ),
  };
}

/** From 1.5 to 5 pixels: a pixel for each time that it is ten times as long. */
export function thicknessOf(sinceMs: number): number {
  return Math.min(5, 1.5 + Math.max(0, Math.log10(Math.max(1, sinceMs) / 100)));
}

interface Part {
  readonly graph: WaitGraph;
  readonly width: number;
  readonly height: number;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly rings: readonly Knot[];
}

function placePart(graph: WaitGraph, deadlocks: readonly Deadlock[]): Part {
  const knots = deadlocks
    .filter(({ nodes: [first = ""] }) => graph.nodes.has(first))
    .map((deadlock) => ({ id: `ring ${deadlock.id}`, deadlock, ring: ringFor(deadlock.nodes.length) }));
  const knotOf = new Map(knots.flatMap((knot) => knot.deadlock.nodes.map((node) => [node, knot] as const)));
  const arranged = condensed(graph, knots, knotOf);
  const rings = knots.map((knot) => ({ ...knot, ring: { ...knot.ring, ...centreOf(arranged, knot.id) } }));
  const boxes = new Map<string, Box>();
  for (const [id, node] of graph.nodes) {
    if (!knotOf.has(id)) boxes.set(id, { ...centreOf(arranged, id), ...sizeOf(node) });
  }
  for (const { deadlock, ring } of rings) {
    const places = placesOn(ring, deadlock.nodes.length);
    deadlock.nodes.forEach((id, index) => {
      const node = graph.nodes.get(id);
      const place = places[index];
      if (node !== undefined && place !== undefined) boxes.set(id, { ...place, ...sizeOf(node) });
    });
  }
  levelWithRings(graph, boxes, knotOf);
  const { width = 0, height = 0 } = arranged.graph() as { width?: number; height?: number };
  return { graph, width, height, boxes, rings };
}

// What hangs on one node of a ring alone moves to its height, where there is room: the edge stays off the circle.
function levelWithRings(
  { edges }: WaitGraph,
  boxes: Map<string, Box>,
  knotOf: ReadonlyMap<string, Knot>,
): void {
  for (const [id, box] of boxes) {
    const ends = new Set(edges.flatMap(({ from, to }) => (from === id ? [to] : to === id ? [from] : [])));
    const [end = ""] = ends;
    const target = boxes.get(end);
    if (knotOf.has(id) || ends.size !== 1 || !knotOf.has(end) || target === undefined) continue;
    const levelled = { ...box, y: target.y };
    if (![...boxes].some(([other, taken]) => other !== id && overlap(levelled, taken)))
      boxes.set(id, levelled);
  }
}

function overlap(one: Box, other: Box): boolean {
  return (
    Math.abs(one.x - other.x) < (one.width + other.width) / 2 + 8 &&
    Math.abs(one.y - other.y) < (one.height + other.height) / 2 + 8
  );
}

// Side by side as long as they are no wider together than the widest alone, then below.
function shelve(parts: readonly Part[]): Point[] {
  const widest = Math.max(0, ...parts.map(({ width }) => width));
  let x = 0;
  let y = 0;
  let shelfHeight = 0;
  return parts.map(({ width, height }) => {
    if (x > 0 && x + width > widest) {
      x = 0;
      y += shelfHeight + betweenParts;
      shelfHeight = 0;
    }
    const place = { x, y };
    x += width + betweenParts;
    shelfHeight = Math.max(shelfHeight, height);
    return place;
  });
}

function shifted(part: Part, { x: dx, y: dy }: Point = { x: 0, y: 0 }): Part {
  const by = <Place extends Point>(place: Place): Place => ({ ...place, x: place.x + dx, y: place.y + dy });
  return {
    ...part,
    boxes: new Map([...part.boxes].map(([id, box]) => [id, by(box)])),
    rings: part.rings.map((knot) => ({ ...knot, ring: by(knot.ring) })),
  };
}

// Every ring as one large node.
function condensed(
  { nodes, edges }: WaitGraph,
  knots: readonly Knot[],
  knotOf: ReadonlyMap<string, Knot>,
): Graph {
  const graph = new Graph({ multigraph: true });
  // Room for a wire's label, and for the wire on both sides of it.
  graph.setGraph({ rankdir: "LR", nodesep: 24, ranksep: 136 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const [id, node] of nodes) if (!knotOf.has(id)) graph.setNode(id, sizeOf(node));
  for (const { id, ring } of knots) {
    graph.setNode(id, { width: 2 * ring.radiusX + nodeWidth, height: 2 * ring.radiusY + haloHeight });
  }
  for (const { id, from, to } of edges) {
    const one = knotOf.get(from)?.id ?? from;
    const other = knotOf.get(to)?.id ?? to;
    if (one !== other) graph.setEdge(one, other, {}, id);
  }
  arrange(graph);
  return graph;
}

function centreOf(graph: Graph, id: string): Point {
  const { x = 0, y = 0 } = graph.node(id) as Partial<Point>;
  return { x, y };
}

function placeEdges({ graph, boxes, rings }: Part): PlacedEdge[] {
  return graph.edges.flatMap((edge) => placeEdge(edge, boxes, rings) ?? []);
}

function placeEdge(
  edge: GraphEdge,
  boxes: ReadonlyMap<string, Box>,
  rings: readonly Knot[],
): PlacedEdge | undefined {
  const from = boxes.get(edge.from);
  const to = boxes.get(edge.to);
  if (from === undefined || to === undefined) return undefined;
  const thickness = thicknessOf(edge.sinceMs);
  const around = rings.find(({ deadlock }) => isOn(deadlock, edge));
  // Close to the task: there edges are apart that meet at a primitive.
  const straight = bend(from, to, edge.kind === "wait" ? 0.42 : 0.58);
  if (around === undefined) return { ...straight, edge, deadlock: undefined, thickness };
  const { deadlock, ring } = around;
  const { nodes } = deadlock;
  // Others of the group may stand on the ring behind the circle: the way from its last node back is a chord then.
  const index = nodes.indexOf(edge.from);
  const isNext = nodes[(index + 1) % nodes.length] === edge.to;
  const curve = isNext ? arcBetween(ring, index, nodes.length, from, to) : straight;
  return { ...curve, edge, deadlock, thickness };
}

function isOn({ circle }: Deadlock, edge: GraphEdge): boolean {
  return circle.some(({ wait, hold }) => wait.id === edge.id || hold.id === edge.id);
}
