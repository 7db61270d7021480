import type { ReactNode } from "react";
import { formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import type { GraphEdge, TaskNode } from "./graph.ts";

interface TaskPillProps {
  readonly node: TaskNode;
  /** The edges that begin or end at it. */
  readonly edges: readonly GraphEdge[];
}

/** What stands in a task's pill: its name, and what it does. */
export function TaskPill({ node, edges }: TaskPillProps): ReactNode {
  return (
    <>
      <span className="node-kind">{node.count === 1 ? "task" : `${formatCount(node.count)} tasks`}</span>
      <span className="node-name">
        <PrimitiveName name={node.name} />
      </span>
      <span className="node-state">{doing(edges)}</span>
    </>
  );
}

function doing(edges: readonly GraphEdge[]): string {
  const waited = edges.filter(({ kind }) => kind === "wait").map(({ sinceMs }) => sinceMs);
  if (waited.length === 0) return "runs";
  return `waits ${formatDuration(Math.max(...waited) / 1000)}`;
}
