/** How high everything is: lanes below each other, rows within them. Pixels. */

import type { Lane } from "./lanes.ts";
import { firstIndex } from "./visible.ts";

export const rowHeight = 13;
const rowGap = 2;
/** Above and below the rows of a lane. */
const margin = 7;
const least = 40;

export interface LanePlace {
  readonly lane: Lane;
  readonly top: number;
  readonly height: number;
}

/** Where each lane begins, and how high it is. */
export function placesOf(lanes: readonly Lane[]): LanePlace[] {
  let top = 0;
  return lanes.map((lane) => {
    const height = Math.max(least, lane.rows.length * (rowHeight + rowGap) - rowGap + 2 * margin);
    const place = { lane, top, height };
    top += height;
    return place;
  });
}

/** The height of all lanes together. */
export function heightOf(places: readonly LanePlace[]): number {
  const last = places.at(-1);
  return last === undefined ? 0 : last.top + last.height;
}

/** Those of which something is between two heights. */
export function lanesIn(places: readonly LanePlace[], top: number, bottom: number): LanePlace[] {
  const first = firstIndex(places.length, (index) => {
    const place = places[index];
    return place !== undefined && place.top + place.height > top;
  });
  const end = firstIndex(places.length, (index) => (places[index]?.top ?? 0) >= bottom);
  return places.slice(first, end);
}

/** Where a row of a lane begins. */
export function rowTop({ top }: LanePlace, index: number): number {
  return top + margin + index * (rowHeight + rowGap);
}

/** The row at a height of a lane; undefined beside the rows. */
export function rowAt({ top, lane }: LanePlace, y: number): number | undefined {
  const index = Math.floor((y - top - margin) / (rowHeight + rowGap));
  return index >= 0 && index < lane.rows.length ? index : undefined;
}
