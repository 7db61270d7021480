/** Something that takes a stretch of time. Times are whole nanoseconds. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/**
 * Lays stretches on as few lanes as can be, so that no two on one lane overlap: one slot each in the order of `stretches`,
 * lanes counted from 0.
 */
export function lanesOf(stretches: readonly Stretch[]): Uint32Array {
  const lanes = new Uint32Array(stretches.length);
  const order = Array.from(stretches, ({ from, to }, i) => ({ from, to, i }));
  const starts = order.toSorted((a, b) => a.from - b.from);
  // One without length is over when it begins: it occupies no lane.
  const ends = order.filter(({ from, to }) => to > from).toSorted((a, b) => a.to - b.to);
  const free: number[] = [];
  let ended = 0;
  let count = 0;
  for (const { from, to, i } of starts) {
    for (; ended < ends.length && (ends[ended] as Stretch).to <= from; ended++)
      free.push(lanes[(ends[ended] as { i: number }).i] as number);
    const lane = free.pop() ?? count++;
    lanes[i] = lane;
    if (to <= from) free.push(lane);
  }
  return lanes;
}
