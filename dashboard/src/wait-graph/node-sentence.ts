/** A node in words, for those who hear the picture. */

import { formatDuration } from "../duration.ts";
import type { GraphEdge, GraphNode, WaitGraph } from "./graph.ts";

/** "Task pay: waits for ledger for 3.2 s, holds accounts for 4.0 s. Part of a deadlock." */
export function nodeSentence(
  node: GraphNode,
  edges: readonly GraphEdge[],
  { nodes }: WaitGraph,
  deadlocked: boolean,
): string {
  const nameOf = (id: string) => nodes.get(id)?.name ?? "";
  const parts = edges.map(({ kind, from, to, sinceMs }) => {
    const time = formatDuration(sinceMs / 1000);
    if (node.kind === "task") {
      return kind === "wait" ? `waits for ${nameOf(to)} for ${time}` : `holds ${nameOf(from)} for ${time}`;
    }
    return kind === "wait" ? `${nameOf(from)} waits for ${time}` : `held by ${nameOf(to)} for ${time}`;
  });
  const what = node.kind === "task" ? (node.count > 1 ? `${node.count} tasks` : "Task") : node.type;
  const end = deadlocked ? " Part of a deadlock." : "";
  return `${what} ${node.name}: ${parts.join(", ") || "free"}.${end}`;
}
