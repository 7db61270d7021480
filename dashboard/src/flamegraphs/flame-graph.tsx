import type { FlameNode } from "@holdup/recording";
import flamegraph, { type FlameChart, type LaidOut } from "d3-flame-graph";
import { select } from "d3-selection";
import { timerFlush } from "d3-timer";
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from "react";
import { useWidth } from "../hot-spots/use-width.ts";
import { frameText, plainLook, type FrameLook } from "./frame-text.ts";
import { follow, stepOf, walk, type TreePath } from "./tree-path.ts";

/** The laid-out frame, by d3-flame-graph: it puts the data in an object of its own. */
type Drawn = LaidOut<FlameNode>;

interface FlameGraphProps {
  readonly tree: FlameNode;
  /** What it shows, for those who don't see it. */
  readonly label: string;
  /** Whether callers are on top. */
  readonly icicle: boolean;
  /** Marks frames in whose name, file or primitive this occurs. */
  readonly find: string;
  /** The frame that fills the width. */
  readonly zoom: TreePath;
  readonly onZoom: (path: TreePath) => void;
  /** The frame that is told of; the mouse and the arrow keys move it. */
  readonly onFocus: (path: TreePath | undefined) => void;
  readonly focus: TreePath | undefined;
  /** Its colours and its words. @default of one profile: each function has its colour */
  readonly look?: FrameLook | undefined;
}

const rowHeight = 20;
// Narrower frames are nothing that anyone sees.
const narrowest = 1;

const directions = {
  ArrowUp: ["out", "in"],
  ArrowDown: ["in", "out"],
  ArrowLeft: ["previous", "previous"],
  ArrowRight: ["next", "next"],
} as const;

/**
 * A flamegraph, drawn by d3-flame-graph outside of React. The mouse zooms by a click; by keyboard the arrows go from frame to
 * frame, Enter zooms and Escape zooms out.
 */
export function FlameGraph(props: FlameGraphProps): ReactNode {
  const { tree, label, icicle, find, zoom, focus, onZoom, onFocus, look = plainLook } = props;
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  const width = useWidth(box);
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    const element = box.current;
    if (element === null || !Number.isFinite(width) || width < 1) return undefined;
    const chart = draw(element, { tree, icicle, width, look, latest });
    const root = select<HTMLElement, Drawn>(element).datum();
    const target = drawnAt(root, zoom);
    if (target !== root) chart.zoomTo(target);
    if (find !== "") chart.search(find);
    settle(chart);
    return () => chart.destroy();
  }, [tree, icicle, width, look, find, zoom]);

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const nodes = focus === undefined ? [] : follow(tree, focus);
    const focused = nodes.at(-1);
    for (const frame of element.querySelectorAll<SVGGElement & { __data__?: Drawn }>("g.frame")) {
      frame.classList.toggle("focused", focused !== undefined && frame.__data__?.data === focused);
    }
  }, [focus, tree, icicle, width, look, find, zoom]);

  function press(event: KeyboardEvent): void {
    const here = focus ?? zoom;
    if (event.key in directions) {
      const [inFlame, inIcicle] = directions[event.key as keyof typeof directions];
      // In a flame the callee is above its caller.
      const along = icicle ? inFlame : inIcicle;
      onFocus(walk(tree, here, along));
    } else if (event.key === "Enter") onZoom(here);
    else if (event.key === "Escape" && zoom.length > 0) onZoom([]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div
      ref={box}
      className="flame"
      role="application"
      tabIndex={0}
      aria-label={`${label}. Arrow keys go from frame to frame, Enter zooms, Escape zooms out.`}
      onKeyDown={press}
      onMouseLeave={() => onFocus(undefined)}
    />
  );
}

interface Drawing {
  readonly tree: FlameNode;
  readonly icicle: boolean;
  readonly width: number;
  readonly look: FrameLook;
  readonly latest: { readonly current: FlameGraphProps };
}

function draw(element: HTMLElement, { tree, icicle, width, look, latest }: Drawing): FlameChart<FlameNode> {
  const chart = flamegraph<FlameNode>()
    .width(width)
    // By itself it leaves two rows empty.
    .height(rowsOf(tree) * rowHeight)
    .cellHeight(rowHeight)
    .minFrameSize(narrowest)
    // It is drawn again with all that changes: nothing has to move.
    .transitionDuration(0)
    .inverted(icicle)
    .selfValue(false)
    .getName(({ data }) => frameText(data))
    .getValue((node) => ("data" in node ? node.data : node).total)
    .setLabelHandler(({ data }) => look.describe(data, tree.total))
    .setSearchMatch(({ data }, term) => matches(data, term))
    .setColorMapper(({ data, highlight }) => (highlight === true ? "var(--flame-found)" : look.tone(data)))
    .onClick((node) => latest.current.onZoom(pathOf(node)))
    .onHover((node) => latest.current.onFocus(pathOf(node)));
  select<HTMLElement, FlameNode>(element).datum(tree).call(chart);
  return chart;
}

// New frames grow for a quarter of a second, whatever the duration of a transition is; those that are there already do not.
// As it is drawn anew with all that it is told, it would grow every two seconds.
function settle(chart: FlameChart<FlameNode>): void {
  chart.update();
  timerFlush();
}

function rowsOf({ children }: FlameNode): number {
  return 1 + Math.max(0, ...children.map(rowsOf));
}

/** Whether a frame is one that is looked for. */
export function matches({ name, file }: Pick<FlameNode, "name" | "file">, term: string): boolean {
  const text = `${name} ${file}`.toLowerCase();
  return term
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function pathOf(node: Drawn): TreePath {
  const steps: string[] = [];
  for (let at: Drawn | null = node; at !== null && at.parent !== null; at = at.parent)
    steps.unshift(stepOf(at.data));
  return steps;
}

function drawnAt(root: Drawn, path: TreePath): Drawn {
  let at = root;
  for (const step of path) {
    const next = at.children?.find(({ data }) => stepOf(data) === step);
    if (next === undefined) break;
    at = next;
  }
  return at;
}
