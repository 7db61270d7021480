import type { WaitGraphItem } from "@holdup/protocol";
import { useRef, useState, type FocusEvent, type ReactNode } from "react";
import { countOf } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { DeadlockCard } from "./deadlock-card.tsx";
import { focusNode, GraphCanvas } from "./graph-canvas.tsx";
import { GraphList } from "./graph-list.tsx";
import { NodeCard } from "./node-card.tsx";
import { blockedMs, type ShownGraph } from "./shown-graph.ts";
import { useShownGraph } from "./use-shown-graph.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { Segments } from "../segments.tsx";
import "../styles/wait-graph.css";
import { useChoice } from "../use-choice.ts";

interface WaitGraphViewProps {
  /** Who waits for whom now; a new array at most once a second. */
  readonly items: readonly WaitGraphItem[];
}

const parts = [
  { value: "blocked", text: "Blocked", title: `waits of ${blockedMs} ms and more` },
  { value: "all", text: "All", title: "every wait, however short" },
] as const;

const forms = [
  { value: "graph", text: "Graph" },
  { value: "list", text: "List" },
] as const;

/** Who waits for whom right now: a picture, and a text that says the same. */
export function WaitGraphView({ items }: WaitGraphViewProps): ReactNode {
  const [part, setPart] = useChoice<(typeof parts)[number]["value"]>("show", parts);
  const [form, setForm] = useChoice<(typeof forms)[number]["value"]>("as", forms);
  const [selected, setSelected] = useState<string>();
  const [looking, setLooking] = useState({ pointer: false, focus: false });
  const panel = useRef<HTMLElement>(null);
  const recorded = useRecorded() !== undefined;
  const still = looking.pointer || looking.focus;
  const shown = useShownGraph(items, part === "all", still);
  const node = selected === undefined ? undefined : shown.graph.nodes.get(selected);
  const isEmpty = shown.graph.nodes.size === 0;
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) setLooking((now) => ({ ...now, focus: false }));
  };
  const onEnter = (id: string) => {
    setSelected(id);
    // The node's own lines are there after the next drawing.
    requestAnimationFrame(() =>
      panel.current?.querySelector<HTMLElement>(".node-card :is(a, button)")?.focus(),
    );
  };
  return (
    <div className="wait-graph">
      <header className="wait-graph-bar">
        <Segments legend="Which waits to show" value={part} options={parts} onChoose={setPart} />
        <Segments legend="How to show them" value={form} options={forms} onChoose={setForm} />
        <Legend />
        <span className="spacer" />
        <p className="wait-graph-state" role="status">
          {recorded && !isEmpty && "when the run ended: "}
          {summary(shown)}
        </p>
        {still && form === "graph" && <span className="still">held still while you look</span>}
      </header>
      <div className="wait-graph-body">
        <div
          className="wait-graph-stage panel"
          onPointerEnter={() => setLooking((now) => ({ ...now, pointer: true }))}
          onPointerLeave={() => setLooking((now) => ({ ...now, pointer: false }))}
          onFocus={() => setLooking((now) => ({ ...now, focus: true }))}
          onBlur={onBlur}
        >
          {isEmpty ? (
            <p className="wait-graph-nobody">
              {recorded ? "When the run ended, nobody waited." : "Nobody waits."}
            </p>
          ) : form === "list" ? (
            // The only way to scroll it with a keyboard is to stand on it.
            <div
              className="twin-scroll"
              tabIndex={0}
              role="region"
              aria-label="Who waits for whom, as a list"
            >
              <GraphList shown={shown} />
            </div>
          ) : (
            <GraphCanvas shown={shown} selected={selected} onSelect={setSelected} onEnter={onEnter} />
          )}
        </div>
        {!isEmpty && (
          <aside className="wait-graph-panel panel" ref={panel} aria-label="Explanation">
            {node !== undefined && (
              <NodeCard node={node} graph={shown.graph} onLeave={() => focusNode(node.id)} />
            )}
            {shown.deadlocks.map((deadlock) => (
              <DeadlockCard key={deadlock.id} deadlock={deadlock} />
            ))}
            {node === undefined && shown.deadlocks.length === 0 && (
              <p className="nothing">
                Choose a task or a primitive to see its lines. Arrow keys move from one to the next, Enter
                goes to the line that holds it.
              </p>
            )}
          </aside>
        )}
      </div>
    </div>
  );
}

function Legend(): ReactNode {
  return (
    <ul className="wait-graph-legend" aria-label="Key">
      <li className="key-wait">waits for</li>
      <li className="key-hold">is held by</li>
      <li className="key-deadlock">deadlock</li>
    </ul>
  );
}

function summary({ deadlocks, graph, brief }: ShownGraph): string {
  const waiting = [...graph.nodes.values()].filter(({ kind }) => kind === "primitive").length;
  if (deadlocks.length > 0) return countOf(deadlocks.length, "deadlock");
  if (brief)
    return `Nobody has waited for longer than ${formatDuration(blockedMs / 1000)}: all waits are shown`;
  return waiting === 0 ? "" : `${countOf(waiting, "primitive")} waited for`;
}
