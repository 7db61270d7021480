/** Where an arrow key leads: to the nearest box in its direction. */

import type { Box } from "./ring.ts";

export type Direction = "left" | "right" | "up" | "down";

const vectors: Readonly<Record<Direction, readonly [number, number]>> = {
  left: [-1, 0],
  right: [1, 0],
  up: [0, -1],
  down: [0, 1],
};

/** What is off the way counts double: the key says a direction first. */
const aside = 2;

/** The id of the box to go to; undefined if there is none in that direction. */
export function nearest(
  boxes: ReadonlyMap<string, Box>,
  from: string,
  direction: Direction,
): string | undefined {
  const start = boxes.get(from);
  if (start === undefined) return undefined;
  const [x, y] = vectors[direction];
  let best: string | undefined;
  let least = Infinity;
  for (const [id, box] of boxes) {
    const along = (box.x - start.x) * x + (box.y - start.y) * y;
    const across = Math.abs((box.x - start.x) * y) + Math.abs((box.y - start.y) * x);
    const distance = along + aside * across;
    if (id === from || along <= 0 || distance >= least) continue;
    best = id;
    least = distance;
  }
  return best;
}
