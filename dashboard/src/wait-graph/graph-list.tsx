import type { ReactNode } from "react";
import { formatDuration } from "../duration.ts";
import { Icon } from "../icon.tsx";
import { PrimitiveName } from "../primitive-name.tsx";
import { Place } from "./deadlock-card.tsx";
import { deadlockTitle } from "./deadlock-text.ts";
import type { Deadlock } from "./deadlock.ts";
import type { GraphEdge, PrimitiveNode, WaitGraph } from "./graph.ts";
import type { ShownGraph } from "./shown-graph.ts";

/** The graph as a list of primitives, each with who holds it and who waits: all that the picture says. */
export function GraphList({ shown }: { readonly shown: ShownGraph }): ReactNode {
  const { graph, deadlocks } = shown;
  const deadlockOf = (id: string) => deadlocks.find(({ nodes }) => nodes.includes(id));
  const primitives = [...graph.nodes.values()]
    .filter((node) => node.kind === "primitive")
    .toSorted(
      (one, other) => Number(deadlockOf(other.id) !== undefined) - Number(deadlockOf(one.id) !== undefined),
    );
  return (
    <ul className="graph-list">
      {primitives.map((primitive) => (
        <li key={primitive.id}>
          <PrimitiveItem primitive={primitive} graph={graph} deadlockOf={deadlockOf} />
        </li>
      ))}
    </ul>
  );
}

interface PrimitiveItemProps {
  readonly primitive: PrimitiveNode;
  readonly graph: WaitGraph;
  readonly deadlockOf: (id: string) => Deadlock | undefined;
}

function PrimitiveItem({ primitive, graph, deadlockOf }: PrimitiveItemProps): ReactNode {
  const holds = graph.edges.filter(({ kind, from }) => kind === "hold" && from === primitive.id);
  const waits = graph.edges.filter(({ kind, to }) => kind === "wait" && to === primitive.id);
  const deadlock = deadlockOf(primitive.id);
  return (
    <>
      <h3>
        <span className="node-kind">{primitive.type}</span> <PrimitiveName name={primitive.name} />{" "}
        <span className="nothing">in {primitive.service}</span>
        {deadlock !== undefined && <Mark deadlock={deadlock} />}
      </h3>
      <Parties word="held by" none="nobody holds it" edges={holds} end="to" graph={graph} />
      <Parties word="waited for by" none="nobody waits" edges={waits} end="from" graph={graph} />
    </>
  );
}

function Mark({ deadlock }: { readonly deadlock: Deadlock }): ReactNode {
  return (
    <span className="deadlock-mark">
      <Icon name="error" />
      {deadlockTitle(deadlock)}
    </span>
  );
}

interface PartiesProps {
  readonly word: string;
  readonly none: string;
  readonly edges: readonly GraphEdge[];
  /** At which end of the edges the tasks are. */
  readonly end: "from" | "to";
  readonly graph: WaitGraph;
}

function Parties({ word, none, edges, end, graph }: PartiesProps): ReactNode {
  if (edges.length === 0) return <p className="nothing">{none}</p>;
  return (
    <>
      <h4>{word}</h4>
      <ul>
        {edges.map((edge) => (
          <li key={edge.id}>
            <Party edge={edge} task={edge[end]} graph={graph} />
          </li>
        ))}
      </ul>
    </>
  );
}

function Party({ edge, task, graph }: { edge: GraphEdge; task: string; graph: WaitGraph }): ReactNode {
  const node = graph.nodes.get(task);
  const count = node?.kind === "task" && node.count > 1 ? `${node.count} tasks ` : "";
  return (
    <dl>
      <dt>
        {count}
        <bdi>{node?.name}</bdi>, {formatDuration(edge.sinceMs / 1000)}
      </dt>
      <Place word="at" site={edge.site} />
    </dl>
  );
}
