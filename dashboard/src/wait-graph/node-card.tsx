import type { KeyboardEvent, ReactNode } from "react";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { Place } from "./deadlock-card.tsx";
import type { GraphEdge, GraphNode, WaitGraph } from "./graph.ts";

interface NodeCardProps {
  readonly node: GraphNode;
  readonly graph: WaitGraph;
  readonly onLeave: () => void;
}

/** Everything known of one node: its edges with their ages and lines, those of holders first. */
export function NodeCard({ node, graph, onLeave }: NodeCardProps): ReactNode {
  const edges = graph.edges
    .filter(({ from, to }) => from === node.id || to === node.id)
    .toSorted((one, other) => rank(one) - rank(other));
  // On the way down: the buttons in it keep their keys to themselves.
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.stopPropagation();
    onLeave();
  };
  return (
    <section className="node-card" aria-label={`About ${node.name}`} onKeyDownCapture={onKeyDown}>
      <header>
        <span className="node-kind">{node.kind === "task" ? "task" : node.type}</span>
        <h3>
          <PrimitiveName name={node.name} />
        </h3>
      </header>
      <p className="nothing">
        {`in ${node.service}`}
        {node.kind === "task" && node.taskId !== undefined && `, task ${node.taskId}`}
      </p>
      <ul>
        {edges.map((edge) => (
          <li key={edge.id}>
            <p>{sentence(node, edge, graph)}</p>
            <dl>
              <Place word={edge.kind === "hold" ? "took it at" : "waits at"} site={edge.site} />
            </dl>
          </li>
        ))}
      </ul>
    </section>
  );
}

function rank({ kind }: GraphEdge): number {
  return kind === "hold" ? 0 : 1;
}

function sentence(node: GraphNode, { kind, from, to, sinceMs }: GraphEdge, { nodes }: WaitGraph): ReactNode {
  const other = <bdi>{nodes.get(node.id === from ? to : from)?.name}</bdi>;
  const time = formatDuration(sinceMs / 1000);
  if (node.kind === "task") {
    return kind === "hold" ? (
      <>
        holds {other} for {time}
      </>
    ) : (
      <>
        waits for {other} for {time}
      </>
    );
  }
  return kind === "hold" ? (
    <>
      {other} holds it for {time}
    </>
  ) : (
    <>
      {other} waits for {time}
    </>
  );
}
