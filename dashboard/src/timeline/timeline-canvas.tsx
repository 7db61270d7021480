import type { KeptFinding } from "@holdup/protocol";
import {
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type MouseEvent,
  type PointerEvent,
  type ReactNode,
  type RefObject,
} from "react";
import { countOf } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { useEffectiveTheme } from "../theme.ts";
import { clockOf } from "./axis.ts";
import { handOffsIn, type HandOff } from "./hand-offs.ts";
import { heightOf, lanesIn, placesOf, rowAt, type LanePlace } from "./lane-places.ts";
import type { Lane } from "./lanes.ts";
import { neighbour, type Step } from "./neighbour.ts";
import { axisHeight, paint } from "./paint.ts";
import { readPalette } from "./palette.ts";
import type { Span } from "./span.ts";
import { panned, zoomed, type TimeWindow } from "./time-window.ts";
import { spanAt } from "./visible.ts";

interface TimelineCanvasProps {
  readonly lanes: readonly Lane[];
  readonly handOffs: readonly HandOff[];
  readonly findings: readonly KeptFinding[];
  readonly window: TimeWindow;
  readonly bounds: TimeWindow;
  /** Undefined: all of it. */
  readonly onWindow: (window: TimeWindow | undefined) => void;
  readonly selected: Span | undefined;
  readonly onSelect: (span: Span | undefined) => void;
  /** Enter: on to what is said of the selected bar. */
  readonly onEnter: () => void;
}

/** Pixels around the pointer in which a bar is hit. */
const nearPx = 3;
const zoomStep = 1.5;
const panStep = 0.2;

const steps: Readonly<Record<string, Step>> = {
  ArrowLeft: "before",
  ArrowRight: "after",
  ArrowUp: "above",
  ArrowDown: "below",
};

/** Lanes of bars over time, drawn on a canvas of the size of what is in sight. */
export function TimelineCanvas(props: TimelineCanvasProps): ReactNode {
  const { lanes, window: shown, bounds, onWindow, selected, onSelect, onEnter } = props;
  const stage = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSize(stage);
  const [scrollTop, setScrollTop] = useState(0);
  const places = useMemo(() => placesOf(lanes), [lanes]);
  const inSight = useMemo(
    () => lanesIn(places, scrollTop, scrollTop + size.height),
    [places, scrollTop, size.height],
  );
  usePaint(canvas, props, inSight, scrollTop, size);
  useWheel(canvas, shown, bounds, onWindow);
  const drag = useDrag(shown, bounds, onWindow);

  const choose = (step: Step) => {
    const next = neighbour(places, selected, step, shown);
    if (next === undefined) return;
    onSelect(next.span);
    reveal(stage.current, next.place);
  };
  const onKeyDown = (event: KeyboardEvent | globalThis.KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    const next = moved(event.key, shown, bounds);
    if (step !== undefined) choose(step);
    else if (event.key === "Enter" && selected !== undefined) onEnter();
    else if (event.key === "0") onWindow(undefined);
    else if (next !== undefined) onWindow(next);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  usePageKeys(onKeyDown);
  const onClick = (event: MouseEvent<HTMLCanvasElement>) => {
    if (drag.moved()) return;
    const box = event.currentTarget.getBoundingClientRect();
    const y = event.clientY - box.top - axisHeight + scrollTop;
    const grain = (shown.to - shown.from) / size.width;
    const time = shown.from + (event.clientX - box.left) * grain;
    onSelect(hit(places, y, time, grain * nearPx));
  };
  return (
    <div
      className="timeline-stage panel"
      ref={stage}
      onScroll={({ currentTarget }) => setScrollTop(currentTarget.scrollTop)}
    >
      <div className="timeline-space" style={{ height: heightOf(places) + axisHeight }}>
        <div className="timeline-sight" style={{ height: size.height }}>
          <ul className="timeline-lanes">
            {inSight.map(({ lane, top, height }) => (
              <li key={lane.key} style={{ top: top - scrollTop + axisHeight, height }}>
                <PrimitiveName name={lane.name} />
                <span>{`${lane.type} · waited ${formatDuration(lane.waitSeconds)}`}</span>
              </li>
            ))}
          </ul>
          <canvas
            ref={canvas}
            tabIndex={0}
            role="application"
            aria-label={labelOf(lanes, shown)}
            aria-describedby="timeline-keys"
            onKeyDown={onKeyDown}
            onClick={onClick}
            {...drag.handlers}
          />
        </div>
      </div>
    </div>
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Room for the names of the lanes, as the style says. */
const gutterPx = 176;

function useSize(element: RefObject<HTMLElement | null>): Size {
  const [size, setSize] = useState<Size>({ width: 800, height: 400 });
  useEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      const { width, height } = entry.contentRect;
      setSize({ width: Math.max(50, width - gutterPx), height: Math.max(50, height) });
    });
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}

function usePaint(
  ref: RefObject<HTMLCanvasElement | null>,
  { window: shown, handOffs, findings, selected }: TimelineCanvasProps,
  places: readonly LanePlace[],
  scrollTop: number,
  { width, height }: Size,
): void {
  const theme = useEffectiveTheme();
  const palette = useMemo(() => ({ theme, ...readPalette() }), [theme]);
  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext("2d");
    if (canvas === null || context === null || context === undefined) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
    context.scale(ratio, ratio);
    const inSight = handOffsIn(handOffs, shown);
    const scene = { window: shown, places, scrollTop, width, height, handOffs: inSight, findings, selected };
    paint(context, scene, palette);
  }, [ref, shown, handOffs, findings, selected, places, scrollTop, width, height, palette]);
}

// React listens passively to wheels; zooming has to keep the page from zooming, too.
function useWheel(
  ref: RefObject<HTMLCanvasElement | null>,
  shown: TimeWindow,
  bounds: TimeWindow,
  onWindow: TimelineCanvasProps["onWindow"],
): void {
  useEffect(() => {
    const canvas = ref.current;
    if (canvas === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (!event.ctrlKey && !event.metaKey && !sideways) return;
      event.preventDefault();
      const box = canvas.getBoundingClientRect();
      const at = shown.from + ((event.clientX - box.left) / box.width) * (shown.to - shown.from);
      onWindow(
        sideways
          ? panned(shown, event.deltaX / box.width, bounds)
          : zoomed(shown, Math.exp(event.deltaY / 200), at, bounds),
      );
    };
    canvas.addEventListener("wheel", onWheel, { passive: false });
    return () => canvas.removeEventListener("wheel", onWheel);
  }, [ref, shown, bounds, onWindow]);
}

interface Drag {
  /** Whether the last press moved the timeline: then it chose nothing. */
  readonly moved: () => boolean;
  readonly handlers: {
    readonly onPointerDown: (event: PointerEvent<HTMLCanvasElement>) => void;
    readonly onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => void;
    readonly onPointerUp: () => void;
  };
}

function useDrag(shown: TimeWindow, bounds: TimeWindow, onWindow: TimelineCanvasProps["onWindow"]): Drag {
  const start = useRef<{ readonly x: number; readonly window: TimeWindow } | undefined>(undefined);
  const far = useRef(false);
  return {
    moved: () => far.current,
    handlers: {
      onPointerDown: (event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, window: shown };
        far.current = false;
      },
      onPointerMove: (event) => {
        if (start.current === undefined) return;
        const distance = event.clientX - start.current.x;
        if (Math.abs(distance) > nearPx) far.current = true;
        if (far.current)
          onWindow(panned(start.current.window, -distance / event.currentTarget.clientWidth, bounds));
      },
      onPointerUp: () => {
        start.current = undefined;
      },
    },
  };
}

// The keys are the timeline's also while nothing has the focus, but for those that led to another view.
function usePageKeys(take: (event: globalThis.KeyboardEvent) => void): void {
  const latest = useRef(take);
  useEffect(() => {
    latest.current = take;
  });
  useEffect(() => {
    const listen = (event: globalThis.KeyboardEvent) => {
      if (event.target === document.body && !event.defaultPrevented) latest.current(event);
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, []);
}

// What a key makes of the time in sight; undefined if it is no such key.
function moved(key: string, shown: TimeWindow, bounds: TimeWindow): TimeWindow | undefined {
  const middle = (shown.from + shown.to) / 2;
  switch (key) {
    case "w":
    case "+":
    case "=":
      return zoomed(shown, 1 / zoomStep, middle, bounds);
    case "s":
    case "-":
      return zoomed(shown, zoomStep, middle, bounds);
    case "a":
      return panned(shown, -panStep, bounds);
    case "d":
      return panned(shown, panStep, bounds);
    default:
      return undefined;
  }
}

function hit(places: readonly LanePlace[], y: number, time: number, nearMs: number): Span | undefined {
  const [place] = lanesIn(places, y, y + 1);
  const index = place && rowAt(place, y);
  const row = index === undefined ? undefined : place?.lane.rows[index];
  return row && spanAt(row, time, nearMs);
}

function reveal(stage: HTMLElement | null, { top, height }: LanePlace): void {
  if (stage === null) return;
  const bottom = top + height + axisHeight - stage.clientHeight;
  if (stage.scrollTop > top) stage.scrollTop = top;
  else if (stage.scrollTop < bottom) stage.scrollTop = bottom;
}

function labelOf(lanes: readonly Lane[], { from, to }: TimeWindow): string {
  const times = `${clockOf(from, 1)} to ${clockOf(to, 1)}`;
  return `Timeline of ${countOf(lanes.length, "lane")}, ${times}, ${formatDuration((to - from) / 1000)}`;
}
