/** A circle of nodes on an ellipse, and the arcs from one to the next. Pure geometry; y grows downwards. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A box around its centre. */
export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** An ellipse around its centre. */
export interface Ring extends Point {
  readonly radiusX: number;
  readonly radiusY: number;
}

/** A curve with an arrow at its end, as SVG draws it, and where its label stands. */
export interface Curve {
  readonly path: string;
  readonly label: Label;
}

export interface Label extends Point {
  /** Which end of the text is at the point. */
  readonly anchor: "start" | "middle" | "end";
}

const smallestRadius = 148;
/** How much of the ring's length a node takes, with the room for an arrow beside it. */
const roomEach = 165;
/** Names are long and lines are low: a ring wider than it is high wastes less. */
const stretch = 1.62;
/** Between a box and the line that begins there; and the line that ends there, with room for the arrow. */
const gap = 5;
const tipGap = 17;
/** Between a line of the ring and its label, which stands outside. */
const labelGap = 14;
const steps = 360;

/** A ring with room for so many nodes, around 0, 0. */
export function ringFor(count: number): Ring {
  const radiusY = Math.max(smallestRadius, (count * roomEach) / (2 * Math.PI));
  return { x: 0, y: 0, radiusX: radiusY * stretch, radiusY };
}

/** Where the nodes stand: clockwise, the first at the left. */
export function placesOn(ring: Ring, count: number): Point[] {
  return Array.from({ length: count }, (_, index) => pointAt(ring, angleOf(index, count)));
}

/** From the node with that index clockwise to the next, between the two boxes. */
export function arcBetween(ring: Ring, index: number, count: number, from: Box, to: Box): Curve {
  const begin = angleOf(index, count);
  const end = angleOf(index + 1, count);
  const angles = Array.from({ length: steps + 1 }, (_, step) => begin + ((end - begin) * step) / steps);
  const first = angles.find((angle) => !covers(from, pointAt(ring, angle), gap)) ?? begin;
  const last = angles.findLast((angle) => !covers(to, pointAt(ring, angle), tipGap)) ?? end;
  const start = pointAt(ring, first);
  const tip = pointAt(ring, last);
  const long = last - first > Math.PI ? 1 : 0;
  return {
    path: `M ${pair(start)} A ${ring.radiusX} ${ring.radiusY} 0 ${long} 1 ${pair(tip)}`,
    label: labelBeside(ring, (first + last) / 2),
  };
}

function labelBeside(ring: Ring, angle: number): Label {
  const { x, y } = pointAt(ring, angle);
  const right = Math.cos(angle);
  const isBeside = Math.abs(right) > 0.1;
  return {
    x: x + labelGap * right,
    y: y + labelGap * Math.sin(angle),
    anchor: isBeside ? (right > 0 ? "start" : "end") : "middle",
  };
}

/** Between two boxes beside or above each other; its label stands at that part of the way, 0 to 1. */
export function bend(from: Box, to: Box, labelAt: number): Curve {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const sideways = Math.abs(dx) - (from.width + to.width) / 2 > Math.abs(dy) - (from.height + to.height) / 2;
  const start = sideways ? sideOf(from, Math.sign(dx)) : edgeOf(from, Math.sign(dy));
  const tip = sideways ? sideOf(to, -Math.sign(dx), tipGap) : edgeOf(to, -Math.sign(dy), tipGap);
  const reach = Math.max(24, (sideways ? Math.abs(tip.x - start.x) : Math.abs(tip.y - start.y)) / 2);
  const one = sideways
    ? { x: start.x + Math.sign(dx) * reach, y: start.y }
    : { x: start.x, y: start.y + Math.sign(dy) * reach };
  const other = sideways
    ? { x: tip.x - Math.sign(dx) * reach, y: tip.y }
    : { x: tip.x, y: tip.y - Math.sign(dy) * reach };
  return {
    path: `M ${pair(start)} C ${pair(one)} ${pair(other)} ${pair(tip)}`,
    label: { ...along([start, one, other, tip], labelAt), anchor: "middle" },
  };
}

// A point of a cubic Bézier curve.
function along([a, b, c, d]: readonly [Point, Point, Point, Point], t: number): Point {
  const at = (one: number, two: number, three: number, four: number) =>
    (1 - t) ** 3 * one + 3 * (1 - t) ** 2 * t * two + 3 * (1 - t) * t ** 2 * three + t ** 3 * four;
  return { x: at(a.x, b.x, c.x, d.x), y: at(a.y, b.y, c.y, d.y) };
}

function angleOf(index: number, count: number): number {
  return Math.PI + (index * 2 * Math.PI) / count;
}

function pointAt({ x, y, radiusX, radiusY }: Ring, angle: number): Point {
  return { x: x + radiusX * Math.cos(angle), y: y + radiusY * Math.sin(angle) };
}

/** Whether a point lies in the box, or closer to it than the margin. */
export function covers(box: Box, point: Point, margin: number): boolean {
  return (
    Math.abs(point.x - box.x) <= box.width / 2 + margin &&
    Math.abs(point.y - box.y) <= box.height / 2 + margin
  );
}

function sideOf({ x, y, width }: Box, direction: number, away = gap): Point {
  return { x: x + direction * (width / 2 + away), y };
}

function edgeOf({ x, y, height }: Box, direction: number, away = gap): Point {
  return { x, y: y + direction * (height / 2 + away) };
}

function pair({ x, y }: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
