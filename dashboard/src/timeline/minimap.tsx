import { useEffect, useMemo, useRef, useState, type PointerEvent, type ReactNode } from "react";
import { useEffectiveTheme } from "../theme.ts";
import { densityOf } from "./density.ts";
import { readPalette } from "./palette.ts";
import type { Span } from "./span.ts";
import { within, type TimeWindow } from "./time-window.ts";

interface MinimapProps {
  readonly spans: readonly Span[];
  readonly bounds: TimeWindow;
  readonly window: TimeWindow;
  readonly onWindow: (window: TimeWindow | undefined) => void;
}

const parts = 400;
const height = 38;
/** A shorter drag is a click: it moves what is in sight there. */
const dragPx = 4;

/** All the time that is there, with what is in sight marked. Drag to choose a part, click to go there. */
export function Minimap({ spans, bounds, window: shown, onWindow }: MinimapProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [brush, setBrush] = useState<{ readonly from: number; readonly to: number }>();
  const theme = useEffectiveTheme();
  const density = useMemo(() => densityOf(spans, bounds, parts), [spans, bounds]);
  useEffect(() => {
    if (canvas.current !== null) paintDensity(canvas.current, density);
  }, [density, theme]);

  const timeAt = (part: number) => bounds.from + part * (bounds.to - bounds.from);
  const onPointerUp = (event: PointerEvent<HTMLDivElement>) => {
    if (brush === undefined) return;
    setBrush(undefined);
    const [from, to] = [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to)];
    if ((to - from) * event.currentTarget.clientWidth >= dragPx) {
      onWindow({ from: timeAt(from), to: timeAt(to) });
      return;
    }
    const half = (shown.to - shown.from) / 2;
    onWindow(within({ from: timeAt(from) - half, to: timeAt(from) + half }, bounds));
  };
  const shareOf = (time: number) => (time - bounds.from) / (bounds.to - bounds.from);
  const marked = brush ?? { from: shareOf(shown.from), to: shareOf(shown.to) };
  return (
    // What it does the keys of the timeline do, too.
    <div
      className="timeline-minimap"
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setBrush({ from: share(event), to: share(event) });
      }}
      onPointerMove={(event) => {
        if (brush !== undefined) setBrush({ ...brush, to: share(event) });
      }}
      onPointerUp={onPointerUp}
      onDoubleClick={() => onWindow(undefined)}
    >
      <canvas ref={canvas} width={parts} height={height} />
      <span
        className="timeline-brush"
        style={{
          left: `${Math.min(marked.from, marked.to) * 100}%`,
          width: `${Math.abs(marked.to - marked.from) * 100}%`,
        }}
      />
    </div>
  );
}

// How far across the pointer is, 0 to 1.
function share({ clientX, currentTarget }: PointerEvent): number {
  const box = currentTarget.getBoundingClientRect();
  return Math.min(1, Math.max(0, (clientX - box.left) / box.width));
}

function paintDensity(canvas: HTMLCanvasElement, density: Float64Array): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const most = density.reduce((one, other) => Math.max(one, other), 0);
  context.clearRect(0, 0, parts, height);
  context.fillStyle = readPalette().wait;
  for (const [part, waiters] of density.entries()) {
    if (waiters === 0) continue;
    const bar = Math.max(1, (waiters / most) * (height - 4));
    context.fillRect(part, height - bar, 1, bar);
  }
}
