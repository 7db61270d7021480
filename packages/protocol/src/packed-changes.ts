/**
 * Changes as they travel: figures as columns of numbers, names once and words only where they are different. A thousand
 * rows that change four times a second are told in a sixth of the bytes, and a viewer has no text of numbers to read.
 */

import type { Changes, HotSpot, SeriesPoint } from "./live.ts";

/** A message of `changes`. Numbers are float64, the least significant byte first. */
export interface PackedChanges extends Omit<Changes, "points"> {
  /** Rows that are new, or of which more than figures is different: whole. */
  readonly hotSpots: readonly HotSpot[];
  /** By `hotSpotKey`: what the numbers are about, which name them by their places here. */
  readonly keys: readonly string[];
  /** Rows of which only figures are different: the place of the key, then `rowFigures`. */
  readonly figures: Bytes;
  /** New points: the place of the key, then `pointFigures`; those of one key stand together, in their order. */
  readonly points: Bytes;
}

/** Bytes as a program sends them, or as a browser's socket brings them. */
type Bytes = Uint8Array | ArrayBuffer;

/** What is to be packed. */
interface UnpackedChanges extends Omit<Changes, "points"> {
  /** Rows that the viewer knows, of which only figures are different, by `hotSpotKey`. */
  readonly figures: Iterable<readonly [key: string, row: HotSpot]>;
  /** By `hotSpotKey`. */
  readonly points: Iterable<readonly [key: string, points: readonly SeriesPoint[]]>;
}

/** What a viewer is sent. */
export function packChanges({ figures, points, ...rest }: UnpackedChanges): PackedChanges {
  const places = new Map<string, number>();
  const placeOf = (key: string): number => {
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, places.size);
    return places.size - 1;
  };
  const rows: number[] = [];
  for (const [key, row] of figures) rows.push(placeOf(key), ...figuresOf(row));
  const told: number[] = [];
  for (const [key, all] of points) for (const point of all) told.push(placeOf(key), ...pointOf(point));
  return { ...rest, keys: [...places.keys()], figures: bytesOf(rows), points: bytesOf(told) };
}

/**
 * What a message says to a viewer that knows these rows, by `hotSpotKey`. A row of which only figures came keeps the
 * objects that tell its words; `share` is of before.
 */
export function readChanges(packed: PackedChanges, known: ReadonlyMap<string, HotSpot>): Changes {
  const { keys, figures, points, ...rest } = packed;
  const hotSpots = [...packed.hotSpots];
  eachOf(figures, rowLength, (numbers, at) => {
    const row = known.get(keys[numbers(at)] ?? "");
    // Without the row a message was missed, and a snapshot is due.
    if (row !== undefined) hotSpots.push(withFigures(row, numbers, at));
  });
  const told = new Map<string, SeriesPoint[]>();
  eachOf(points, pointLength, (numbers, at) => {
    const key = keys[numbers(at)] ?? "";
    const before = told.get(key);
    if (before === undefined) told.set(key, [readPoint(numbers, at)]);
    else before.push(readPoint(numbers, at));
  });
  return { ...rest, hotSpots, points: told };
}

/** The figures of a row: all that is different from one moment to the next while the program does the same. */
export function figuresOf(row: HotSpot): readonly number[] {
  return [
    row.operations,
    row.contended,
    row.waitSeconds,
    row.waitP50,
    row.waitP99,
    row.holdSeconds,
    row.holdP99,
    row.blameSeconds,
    row.waiters,
  ];
}

function withFigures(row: HotSpot, numbers: Numbers, at: number): HotSpot {
  return {
    ...row,
    operations: numbers(at + 1),
    contended: numbers(at + 2),
    waitSeconds: numbers(at + 3),
    waitP50: numbers(at + 4),
    waitP99: numbers(at + 5),
    holdSeconds: numbers(at + 6),
    holdP99: numbers(at + 7),
    blameSeconds: numbers(at + 8),
    waiters: numbers(at + 9),
  };
}

function pointOf(point: SeriesPoint): readonly number[] {
  return [
    point.time,
    point.operations,
    point.contended,
    point.waitSeconds,
    point.blameSeconds,
    point.waitP50,
    point.waitP99,
    point.holdP50,
    point.holdP99,
    point.waiters,
  ];
}

function readPoint(numbers: Numbers, at: number): SeriesPoint {
  return {
    time: numbers(at + 1),
    operations: numbers(at + 2),
    contended: numbers(at + 3),
    waitSeconds: numbers(at + 4),
    blameSeconds: numbers(at + 5),
    waitP50: numbers(at + 6),
    waitP99: numbers(at + 7),
    holdP50: numbers(at + 8),
    holdP99: numbers(at + 9),
    waiters: numbers(at + 10),
  };
}

// With the place of the key.
const rowLength = 10;
const pointLength = 11;

/** The number at a place. */
type Numbers = (at: number) => number;

const numberBytes = 8;

function bytesOf(numbers: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(numbers.length * numberBytes));
  for (const [at, number] of numbers.entries()) view.setFloat64(at * numberBytes, number, true);
  return new Uint8Array(view.buffer);
}

function eachOf(bytes: Bytes, length: number, read: (numbers: Numbers, at: number) => void): void {
  // Not an array of numbers over the same bytes: those need not begin at a multiple of eight.
  const view = ArrayBuffer.isView(bytes)
    ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new DataView(bytes);
  const numbers: Numbers = (at) => view.getFloat64(at * numberBytes, true);
  const end = view.byteLength / numberBytes;
  for (let at = 0; at + length <= end; at += length) read(numbers, at);
}
