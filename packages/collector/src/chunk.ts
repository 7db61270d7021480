/** What was measured of many series in one stretch of time, as bytes: each series' number, then its measures. */

import { ByteReader, ByteWriter } from "./bytes.ts";
import { readMeasure, writeMeasure, type Detail } from "./measure-codec.ts";
import { Totals } from "./totals.ts";

/** Totals by the number of their series. */
export type Sums = Map<number, Totals>;

export function encodeChunk(cells: Iterable<readonly [series: number, totals: Totals]>): Buffer {
  const to = new ByteWriter(64 * 1024);
  const cell = new ByteWriter();
  for (const [series, totals] of cells) {
    cell.clear();
    for (const measure of totals.measures()) writeMeasure(cell, measure);
    to.uint32(series);
    to.uint32(cell.length);
    to.bytes(cell.view());
  }
  return to.take();
}

/** Adds a chunk to sums, but for series that are not wanted. */
export function addChunk(
  sums: Sums,
  chunk: Uint8Array,
  wanted: (series: number) => boolean,
  detail: Detail = "all",
): void {
  const from = new ByteReader(chunk);
  forEachCell(chunk, (series, start, end) => {
    if (!wanted(series)) return;
    let totals = sums.get(series);
    if (totals === undefined) sums.set(series, (totals = new Totals()));
    from.seek(start);
    while (from.at < end) totals.add(readMeasure(from, detail));
  });
}

/** Gives the series of a chunk other numbers, in place. */
export function renumber(chunk: Buffer, numberOf: (series: number) => number): void {
  forEachCell(chunk, (series, start) => {
    chunk.writeUInt32LE(numberOf(series), start - headBytes);
  });
}

const headBytes = 8;

function forEachCell(chunk: Uint8Array, visit: (series: number, start: number, end: number) => void): void {
  const head = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let at = 0; at < chunk.length;) {
    const start = at + headBytes;
    const end = start + head.getUint32(at + 4, true);
    visit(head.getUint32(at, true), start, end);
    at = end;
  }
}
