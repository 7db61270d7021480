import {
  Controls,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  type Node,
  type NodeProps,
  type NodeTypes,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import {
  createContext,
  useContext,
  useEffect,
  useMemo,
  useRef,
  type KeyboardEvent,
  type ReactNode,
} from "react";
import { countOf } from "../count.ts";
import { Icon } from "../icon.tsx";
import { deadlockTitle } from "./deadlock-text.ts";
import type { Deadlock } from "./deadlock.ts";
import type { GraphEdge, GraphNode } from "./graph.ts";
import { nearest, type Direction } from "./nearest.ts";
import { nodeSentence } from "./node-sentence.ts";
import { PrimitiveBox } from "./primitive-box.tsx";
import { ringFor } from "./ring.ts";
import type { ShownGraph } from "./shown-graph.ts";
import { TaskPill } from "./task-pill.tsx";
import { Wires } from "./wires.tsx";

interface GraphCanvasProps {
  readonly shown: ShownGraph;
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  /** Enter: on to what is said of the node. */
  readonly onEnter: (id: string) => void;
}

/** The graph to look at, to move with a mouse or the arrow keys, and to point at. */
export function GraphCanvas(props: GraphCanvasProps): ReactNode {
  return (
    <ReactFlowProvider>
      <CanvasContext value={props}>
        <Canvas {...props} />
      </CanvasContext>
    </ReactFlowProvider>
  );
}

const CanvasContext = createContext<GraphCanvasProps | null>(null);

type NodeData = {
  readonly node: GraphNode;
  readonly edges: readonly GraphEdge[];
  readonly deadlocked: boolean;
};
type RingData = { readonly deadlock: Deadlock };

const nodeTypes: NodeTypes = { party: PartyNode, ring: RingNode, wires: WiresNode };

const keys: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

function Canvas({ shown, onSelect }: GraphCanvasProps): ReactNode {
  const nodes = useMemo(() => flowNodes(shown), [shown]);
  useFit(shown);
  return (
    <ReactFlow
      nodes={nodes}
      edges={[]}
      nodeTypes={nodeTypes}
      nodesDraggable={false}
      nodesConnectable={false}
      nodesFocusable={false}
      elementsSelectable={false}
      disableKeyboardA11y
      deleteKeyCode={null}
      selectionKeyCode={null}
      minZoom={0.15}
      maxZoom={2}
      fitView
      fitViewOptions={fit}
      onPaneClick={() => onSelect(undefined)}
    >
      <Controls position="top-left" orientation="horizontal" showInteractive={false} fitViewOptions={fit} />
    </ReactFlow>
  );
}

const fit = { padding: 0.08, maxZoom: 1.15 };

// Not when only ages change: the picture must not move under the eye.
function useFit({ layout }: ShownGraph): void {
  const flow = useReactFlow();
  const boxes = useRef(layout.boxes);
  useEffect(() => {
    if (boxes.current === layout.boxes) return;
    boxes.current = layout.boxes;
    void flow.fitView(fit);
  }, [flow, layout.boxes]);
}

function flowNodes({ graph, layout, deadlocks }: ShownGraph): Node[] {
  const inDeadlock = new Set(deadlocks.flatMap(({ nodes }) => nodes));
  const parties = [...graph.nodes].flatMap(([id, node]) => {
    const box = layout.boxes.get(id);
    if (box === undefined) return [];
    const edges = graph.edges.filter(({ from, to }) => from === id || to === id);
    const data: NodeData = { node, edges, deadlocked: inDeadlock.has(id) };
    return [placed(`party ${id}`, "party", box, data)];
  });
  const rings = layout.rings.map(({ deadlock, x, y }) => {
    const { radiusX, radiusY } = ringFor(deadlock.nodes.length);
    const box = { x, y, width: 2 * radiusX + 250, height: 2 * radiusY + 116 };
    return { ...placed(`ring ${deadlock.id}`, "ring", box, { deadlock } satisfies RingData), zIndex: -2 };
  });
  const wires = { ...placed("wires", "wires", { x: 0, y: 0, width: 0, height: 0 }, {}), zIndex: -1 };
  return [...rings, wires, ...parties];
}

function placed(
  id: string,
  type: string,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
  data: Record<string, unknown>,
): Node {
  return {
    id,
    type,
    data,
    position: { x: x - width / 2, y: y - height / 2 },
    width,
    height,
    // Known without being measured: it is drawn at once.
    measured: { width, height },
  };
}

function useCanvas(): GraphCanvasProps {
  const canvas = useContext(CanvasContext);
  if (canvas === null) throw new Error("A node stands outside of its canvas.");
  return canvas;
}

function WiresNode(): ReactNode {
  const { shown, selected } = useCanvas();
  return <Wires edges={shown.layout.edges} selected={selected} />;
}

function RingNode({ data }: NodeProps<Node<RingData>>): ReactNode {
  const { deadlock } = data;
  return (
    <div className="ring">
      <p className="ring-label">
        <Icon name="error" />
        <strong>{deadlockTitle(deadlock)}</strong>
        <span>{countOf(deadlock.circle.length, "task")} that can never go on</span>
      </p>
    </div>
  );
}

function PartyNode({ data }: NodeProps<Node<NodeData>>): ReactNode {
  const { node, edges, deadlocked } = data;
  const { shown, selected, onSelect, onEnter } = useCanvas();
  const flow = useReactFlow();
  const isFirst = shown.graph.nodes.keys().next().value === node.id;
  const isTabStop =
    selected === undefined || !shown.graph.nodes.has(selected) ? isFirst : selected === node.id;

  const goTo = (id: string) => {
    onSelect(id);
    const box = shown.layout.boxes.get(id);
    const element = document.getElementById(domId(id));
    element?.focus({ preventScroll: true });
    if (box !== undefined && element !== null && !isInSight(element)) {
      void flow.setCenter(box.x, box.y, { zoom: flow.getZoom() });
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const direction = keys[event.key];
    const to = direction && nearest(shown.layout.boxes, node.id, direction);
    if (event.key === "Enter") onEnter(node.id);
    else if (to !== undefined) goTo(to);
    if (direction === undefined && event.key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
  };
  const services = new Set([...shown.graph.nodes.values()].map(({ service }) => service));
  return (
    <button
      type="button"
      id={domId(node.id)}
      className={`node ${node.kind}`}
      data-deadlocked={deadlocked}
      aria-pressed={selected === node.id}
      aria-label={nodeSentence(node, edges, shown.graph, deadlocked)}
      tabIndex={isTabStop ? 0 : -1}
      onClick={() => onSelect(node.id)}
      onKeyDown={onKeyDown}
    >
      {node.kind === "task" ? (
        <TaskPill node={node} edges={edges} />
      ) : (
        <PrimitiveBox node={node} withService={services.size > 1} />
      )}
    </button>
  );
}

/** Where focus comes back to from what is said of a node. */
export function focusNode(id: string): void {
  document.getElementById(domId(id))?.focus();
}

function domId(id: string): string {
  return `node-${id}`;
}

function isInSight(element: Element): boolean {
  const frame = element.closest(".react-flow")?.getBoundingClientRect();
  const box = element.getBoundingClientRect();
  return (
    frame === undefined ||
    (box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom)
  );
}
