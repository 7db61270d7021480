/**
 * Which primitives have a colour of their own. A primitive keeps its slot, and so its colour, while it is
 * among the largest: colours that follow the ranking would swap under the reader's eyes.
 */
export type Slots = readonly (string | undefined)[];

/** The slots after a new ranking, largest first; the same object when nothing changed. */
export function assignSlots(previous: Slots, ranking: readonly string[], count: number): Slots {
  const largest = ranking.slice(0, count);
  const slots = Array.from({ length: count }, (_, slot) => {
    const key = previous[slot];
    return key !== undefined && largest.includes(key) ? key : undefined;
  });
  for (const key of largest) {
    if (!slots.includes(key)) slots[slots.indexOf(undefined)] = key;
  }
  return slots.length === previous.length && slots.every((key, slot) => key === previous[slot])
    ? previous
    : slots;
}
