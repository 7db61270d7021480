/** Who can never go on: found in the graph by taking away, again and again, all for whom there is a way out. */

import { stronglyConnected } from "./components.ts";
import type { GraphEdge, PrimitiveNode, TaskNode, WaitGraph } from "./graph.ts";

/** One step of a circle: a task waits for a primitive that the next one's task holds. */
export interface Step {
  readonly task: TaskNode;
  readonly wait: GraphEdge;
  readonly primitive: PrimitiveNode;
  /** How the task of the next step holds the primitive. */
  readonly hold: GraphEdge;
}

export interface Deadlock {
  readonly id: string;
  /** For how long nobody in it gets on: since the last of them began to wait. */
  readonly sinceMs: number;
  /** One way around. */
  readonly circle: readonly Step[];
  /** Every node of it, those on the circle first and in its order. */
  readonly nodes: readonly string[];
}

/** Primitives that somebody holds and gives back. */
const lent: ReadonlySet<string> = new Set(["lock", "rwlock", "semaphore", "pool"]);

/** A circle younger than that may be a moment between two steps. */
const lastingMs = 500;

/** Every deadlock of the graph, the oldest first. */
export function deadlocks(graph: WaitGraph): Deadlock[] {
  const stuck = stuckNodes(graph);
  const inside = graph.edges.filter(({ from, to }) => stuck.has(from) && stuck.has(to));
  return stronglyConnected(stuck, inside)
    .flatMap((nodes) => deadlockOf(graph, new Set(nodes), inside) ?? [])
    .filter(({ sinceMs }) => sinceMs >= lastingMs)
    .toSorted((one, other) => other.sinceMs - one.sinceMs);
}

// A task is stuck if all its waits are for primitives whose holders are all stuck.
function stuckNodes({ nodes, edges }: WaitGraph): Set<string> {
  // A wait begins at a task, a hold at a primitive: what leaves a node is of one kind.
  const out = new Map<string, GraphEdge[]>();
  for (const edge of edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge]);
  const youngestWait = (task: string) => Math.min(...(out.get(task) ?? []).map(({ sinceMs }) => sinceMs));
  const stuck = new Set(nodes.keys());
  const isStuck = (id: string): boolean => {
    const node = nodes.get(id);
    const own = out.get(id) ?? [];
    if (node === undefined || own.length === 0) return false;
    if (node.kind === "task") return own.every(({ to }) => stuck.has(to));
    // Taken after all waits of its task began: then it is other code of the task that holds it.
    return (
      lent.has(node.type) && own.every(({ to, sinceMs }) => stuck.has(to) && sinceMs >= youngestWait(to))
    );
  };
  for (let before = -1; before !== stuck.size;) {
    before = stuck.size;
    for (const id of stuck) if (!isStuck(id)) stuck.delete(id);
  }
  return stuck;
}

function deadlockOf(
  graph: WaitGraph,
  members: ReadonlySet<string>,
  edges: readonly GraphEdge[],
): Deadlock | undefined {
  const inside = edges.filter(({ from, to }) => members.has(from) && members.has(to));
  const circle = circleOf(graph, members, inside);
  // A task that waits for what it holds itself may well run other code that gives it back; a finding tells which.
  if (circle === undefined || circle.length < 2) return undefined;
  const ordered = circle.flatMap(({ task, primitive }) => [task.id, primitive.id]);
  const others = [...members].filter((id) => !ordered.includes(id));
  return {
    id: ordered.toSorted().join(" "),
    sinceMs: Math.min(...inside.filter(({ kind }) => kind === "wait").map(({ sinceMs }) => sinceMs)),
    circle,
    nodes: [...ordered, ...others],
  };
}

// Goes from task to task until it meets one again.
function circleOf(
  { nodes }: WaitGraph,
  members: ReadonlySet<string>,
  edges: readonly GraphEdge[],
): Step[] | undefined {
  const path = new Map<string, Step>();
  let id = [...members].toSorted().find((member) => nodes.get(member)?.kind === "task");
  while (id !== undefined && !path.has(id)) {
    const step = stepFrom(nodes, id, edges);
    if (step === undefined) return undefined;
    path.set(id, step);
    id = step.hold.to;
  }
  return id === undefined ? undefined : [...path.values()].slice([...path.keys()].indexOf(id));
}

// Rather to another task than to itself.
function stepFrom(nodes: WaitGraph["nodes"], id: string, edges: readonly GraphEdge[]): Step | undefined {
  const steps = edges
    .filter(({ kind, from }) => kind === "wait" && from === id)
    .flatMap((wait) =>
      edges
        .filter(({ kind, from }) => kind === "hold" && from === wait.to)
        .flatMap((hold) => {
          const task = nodes.get(id);
          const primitive = nodes.get(wait.to);
          if (task?.kind !== "task" || primitive?.kind !== "primitive") return [];
          return [{ task, wait, primitive, hold }];
        }),
    );
  return steps.find(({ hold }) => hold.to !== id) ?? steps[0];
}
