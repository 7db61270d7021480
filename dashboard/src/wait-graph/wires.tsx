import type { ReactNode } from "react";
import { formatDuration } from "../duration.ts";
import type { PlacedEdge } from "./layout.ts";

interface WiresProps {
  readonly edges: readonly PlacedEdge[];
  /** Of the node that is looked at; the others step back. */
  readonly selected: string | undefined;
}

/** All edges: waits are dashed, holds are solid, and the circle of a deadlock is drawn with two lines. */
export function Wires({ edges, selected }: WiresProps): ReactNode {
  return (
    <svg className="wires" width="1" height="1" aria-hidden="true">
      <defs>
        {(["wait", "hold", "deadlock"] as const).map((kind) => (
          <marker
            key={kind}
            id={`arrow-${kind}`}
            viewBox="0 0 10 10"
            refX="1"
            refY="5"
            markerWidth={kind === "deadlock" ? 17 : 13}
            markerHeight={kind === "deadlock" ? 17 : 13}
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path className={`arrow ${kind}`} d="M 0 0 L 10 5 L 0 10 z" />
          </marker>
        ))}
      </defs>
      {edges.map((placed) => (
        <Wire key={placed.edge.id} placed={placed} isFar={isFar(placed, selected)} />
      ))}
      {edges.map((placed) => (
        <WireLabel key={placed.edge.id} placed={placed} isFar={isFar(placed, selected)} />
      ))}
    </svg>
  );
}

interface WireProps {
  readonly placed: PlacedEdge;
  readonly isFar: boolean;
}

function Wire({ placed, isFar: far }: WireProps): ReactNode {
  const { edge, path, thickness, deadlock } = placed;
  if (deadlock === undefined) {
    return (
      <g className={`wire ${edge.kind}`} data-far={far}>
        <path d={path} strokeWidth={thickness} markerEnd={`url(#arrow-${edge.kind})`} />
      </g>
    );
  }
  return (
    <g className={`wire deadlock ${edge.kind}`} data-far={far}>
      <path d={path} strokeWidth={thickness + 4} />
      <path className="wire-gap" d={path} strokeWidth={thickness} />
      {/* Without a stroke of its own: the arrow lies above both lines. */}
      <path className="wire-tip" d={path} markerEnd="url(#arrow-deadlock)" />
    </g>
  );
}

function WireLabel({ placed, isFar: far }: WireProps): ReactNode {
  const { edge, label, deadlock } = placed;
  const word = edge.kind === "wait" ? "waits" : "held";
  return (
    <text
      className={`wire-label ${deadlock === undefined ? edge.kind : "deadlock"}`}
      data-far={far}
      x={label.x}
      y={label.y}
      textAnchor={label.anchor}
      dominantBaseline="central"
    >
      {`${word} ${formatDuration(edge.sinceMs / 1000)}`}
    </text>
  );
}

function isFar({ edge }: PlacedEdge, selected: string | undefined): boolean {
  return selected !== undefined && edge.from !== selected && edge.to !== selected;
}
