/** Draws what is in sight of the timeline. Holds are solid, waits are hatched, what is neither is thin. */

import type { KeptFinding } from "@holdup/protocol";
import { ticksOf } from "./axis.ts";
import type { HandOff } from "./hand-offs.ts";
import { rowHeight, rowTop, type LanePlace } from "./lane-places.ts";
import type { Bar } from "./lanes.ts";
import type { Palette } from "./palette.ts";
import { isOpen, type Span } from "./span.ts";
import type { TimeWindow } from "./time-window.ts";
import { barsIn } from "./visible.ts";

/** Height of the time axis, above the lanes. */
export const axisHeight = 26;

/** What is to be drawn, and where. Pixels are those of CSS. */
export interface Scene {
  readonly window: TimeWindow;
  /** Lanes in sight only. */
  readonly places: readonly LanePlace[];
  readonly scrollTop: number;
  readonly width: number;
  readonly height: number;
  /** In sight only. */
  readonly handOffs: readonly HandOff[];
  readonly findings: readonly KeptFinding[];
  readonly selected: Span | undefined;
}

/** Widest bar that is drawn without a border and a text. */
const tinyPx = 3;
const textPx = 44;
/** More arrows than that are a thicket. */
const mostArrows = 200;

/** Draws all of it anew. */
export function paint(context: CanvasRenderingContext2D, scene: Scene, palette: Palette): void {
  new Painter(context, scene, palette).paint();
}

class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #scene: Scene;
  readonly #palette: Palette;
  readonly #hatch: CanvasPattern | string;

  constructor(context: CanvasRenderingContext2D, scene: Scene, palette: Palette) {
    this.#context = context;
    this.#scene = scene;
    this.#palette = palette;
    this.#hatch = hatch(context, palette);
  }

  paint(): void {
    const { width, height, places } = this.#scene;
    this.#context.clearRect(0, 0, width, height);
    this.#grid();
    this.#clipped(() => {
      for (const place of places) this.#lane(place);
      this.#arrows();
      this.#selection();
    });
    this.#findings();
  }

  // Bars never reach into the axis.
  #clipped(draw: () => void): void {
    const { width, height } = this.#scene;
    this.#context.save();
    this.#context.beginPath();
    this.#context.rect(0, axisHeight, width, height);
    this.#context.clip();
    draw();
    this.#context.restore();
  }

  #x(time: number): number {
    const { window, width } = this.#scene;
    return ((time - window.from) / (window.to - window.from)) * width;
  }

  #y(top: number): number {
    return top - this.#scene.scrollTop + axisHeight;
  }

  #grid(): void {
    const { window, width, height } = this.#scene;
    const context = this.#context;
    context.font = `11px ${this.#palette.font}`;
    context.textBaseline = "middle";
    context.fillStyle = this.#palette.muted;
    context.strokeStyle = this.#palette.line;
    context.lineWidth = 1;
    context.beginPath();
    for (const { time, text } of ticksOf(window, Math.max(2, width / 120))) {
      const x = Math.round(this.#x(time)) + 0.5;
      context.moveTo(x, axisHeight - 4);
      context.lineTo(x, height);
      // A time that is cut is none.
      if (x + 4 + context.measureText(text).width <= width) context.fillText(text, x + 4, 8);
    }
    context.moveTo(0, axisHeight - 0.5);
    context.lineTo(width, axisHeight - 0.5);
    context.stroke();
  }

  #lane(place: LanePlace): void {
    const { window, width } = this.#scene;
    const grain = (window.to - window.from) / width;
    place.lane.rows.forEach((row, index) => {
      const y = this.#y(rowTop(place, index));
      for (const bar of barsIn(row, window, grain)) this.#bar(bar, y);
    });
    const bottom = Math.round(this.#y(place.top + place.height)) - 0.5;
    this.#context.strokeStyle = this.#palette.line;
    this.#context.beginPath();
    this.#context.moveTo(0, bottom);
    this.#context.lineTo(width, bottom);
    this.#context.stroke();
  }

  #bar({ from, to, span, count }: Bar, y: number): void {
    const left = this.#x(from);
    const right = Math.max(left + 1, this.#x(to));
    if (span.kind === "hold") this.#hold(span, left, right, y);
    else this.#wait(span, count, left, right, y);
    if (count === 1) this.#text(span, left, right, y);
  }

  #hold(span: Span, left: number, right: number, y: number): void {
    const context = this.#context;
    context.fillStyle = this.#palette.hold;
    // A hair's breadth to the next: a lock goes from hand to hand without a gap.
    context.fillRect(left, y, Math.max(1, right - left - 0.75), rowHeight);
    if (isOpen(span)) this.#openEnd(right, y, this.#palette.hold);
  }

  #wait(span: Span, count: number, left: number, right: number, y: number): void {
    const context = this.#context;
    if (right - left < tinyPx || count > 1) {
      context.fillStyle = this.#palette.wait;
      context.fillRect(left, y + 2, right - left, rowHeight - 4);
      return;
    }
    // From the grant on it waits for the event loop only: an empty box.
    const granted = Math.min(right, this.#x(span.granted));
    context.fillStyle = this.#palette["wait-fill"];
    context.fillRect(left, y, granted - left, rowHeight);
    context.fillStyle = this.#hatch;
    context.fillRect(left, y, granted - left, rowHeight);
    context.strokeStyle = this.#palette.wait;
    context.lineWidth = 1;
    context.strokeRect(left + 0.5, y + 0.5, right - left - 1, rowHeight - 1);
    if (isOpen(span)) this.#openEnd(right, y, this.#palette.wait);
  }

  // A point at the end of what goes on still.
  #openEnd(x: number, y: number, colour: string): void {
    const context = this.#context;
    context.fillStyle = colour;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 6, y + rowHeight / 2);
    context.lineTo(x, y + rowHeight);
    context.fill();
  }

  #text({ kind, task, primitive }: Span, left: number, right: number, y: number): void {
    const from = Math.max(0, left) + 4;
    const room = Math.min(right, this.#scene.width) - from - 3;
    if (room < textPx) return;
    const context = this.#context;
    context.font = `10px ${this.#palette.font}`;
    const text = fitting(context, task ?? primitive.name, room);
    if (kind === "wait") {
      // On a ground of its own: hatching makes small letters hard to read.
      context.fillStyle = this.#palette.panel;
      context.fillRect(from - 2, y + 1.5, context.measureText(text).width + 4, rowHeight - 3);
    }
    context.fillStyle = kind === "wait" ? this.#palette.text : this.#palette.panel;
    context.fillText(text, from, y + rowHeight / 2 + 0.5);
  }

  #arrows(): void {
    const { handOffs } = this.#scene;
    if (handOffs.length > mostArrows) return;
    const context = this.#context;
    context.strokeStyle = this.#palette.muted;
    context.fillStyle = this.#palette.muted;
    context.lineWidth = 1;
    for (const { hold, wait, time } of handOffs) {
      const from = this.#rowsOf(hold);
      const to = this.#rowsOf(wait);
      if (from === undefined || to === undefined) continue;
      const x = this.#x(time);
      const down = to.top > from.top;
      const start = down ? from.bottom : from.top;
      const tip = down ? to.top : to.bottom;
      context.beginPath();
      context.moveTo(x, start);
      context.lineTo(x, tip);
      context.stroke();
      context.beginPath();
      context.moveTo(x, tip);
      context.lineTo(x - 3, tip + (down ? -5 : 5));
      context.lineTo(x + 3, tip + (down ? -5 : 5));
      context.fill();
    }
  }

  // Undefined: in no lane in sight.
  #rowsOf(span: Span): { readonly top: number; readonly bottom: number } | undefined {
    const place = this.#scene.places.find(({ lane }) => lane.rowsOf.has(span));
    const rows = place?.lane.rowsOf.get(span);
    if (place === undefined || rows === undefined) return undefined;
    return { top: this.#y(rowTop(place, rows.first)), bottom: this.#y(rowTop(place, rows.last)) + rowHeight };
  }

  #selection(): void {
    const { selected } = this.#scene;
    const row = selected && this.#rowsOf(selected);
    if (selected === undefined || row === undefined) return;
    const left = this.#x(selected.start);
    const right = Math.max(left + 2, this.#x(selected.end));
    this.#context.strokeStyle = this.#palette.accent;
    this.#context.lineWidth = 2.5;
    this.#context.strokeRect(left - 2, row.top - 2, right - left + 4, row.bottom - row.top + 4);
  }

  #findings(): void {
    const { findings, height } = this.#scene;
    const context = this.#context;
    for (const { firstSeen, severity } of findings) {
      const x = this.#x(firstSeen);
      context.strokeStyle = context.fillStyle = severity === "error" ? this.#palette.bad : this.#palette.warn;
      context.lineWidth = 1;
      context.setLineDash(severity === "error" ? [] : [3, 3]);
      context.beginPath();
      context.moveTo(x, axisHeight - 10);
      context.lineTo(x, height);
      context.stroke();
      context.setLineDash([]);
      context.beginPath();
      context.moveTo(x, axisHeight - 10);
      context.lineTo(x + 9, axisHeight - 5.5);
      context.lineTo(x, axisHeight - 1);
      context.fill();
    }
  }
}

function hatch(context: CanvasRenderingContext2D, palette: Palette): CanvasPattern | string {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const pen = tile.getContext("2d");
  if (pen === null) return palette.wait;
  pen.strokeStyle = palette.wait;
  pen.lineWidth = 1.4;
  pen.beginPath();
  for (const x of [-6, 0, 6]) {
    pen.moveTo(x, 6);
    pen.lineTo(x + 6, 0);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat") ?? palette.wait;
}

// Names may be long: halved until they fit.
function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  let cut = text.slice(0, Math.ceil(room / 3));
  if (cut === text && context.measureText(text).width <= room) return text;
  while (cut.length > 1 && context.measureText(`${cut}…`).width > room) cut = cut.slice(0, -1);
  return `${cut}…`;
}
