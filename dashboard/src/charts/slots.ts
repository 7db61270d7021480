import { hash } from "../hash.ts";

/**
 * Which primitives have a colour of their own, and which. It depends on who is shown and on nothing else:
 * not on the ranking, nor on who came first. So it is the same after a reload and at a colleague's.
 */
export type Slots = readonly (string | undefined)[];

/** The slots of a ranking, largest first; the object `previous` when nothing changed. */
export function assignSlots(previous: Slots, ranking: readonly string[], count: number): Slots {
  const slots = Array.from<string | undefined>({ length: count });
  const waiting = new Set(ranking.slice(0, count));
  for (const { key, slot } of wishes(waiting, count)) {
    if (slots[slot] !== undefined || !waiting.has(key)) continue;
    slots[slot] = key;
    waiting.delete(key);
  }
  const same = slots.length === previous.length && slots.every((key, slot) => key === previous[slot]);
  return same ? previous : slots;
}

interface Wish {
  readonly key: string;
  readonly slot: number;
  readonly strength: number;
}

// Each key wishes for each slot, more or less; the strongest wish comes true first. Where one key leaves and
// another comes, few of the others have to move: fewer than if each took the next free slot.
function wishes(keys: Iterable<string>, count: number): Wish[] {
  return Array.from(keys, (key) =>
    Array.from({ length: count }, (_, slot) => ({ key, slot, strength: hash(`${slot}${key}`) })),
  )
    .flat()
    .toSorted((a, b) => b.strength - a.strength || (a.key < b.key ? -1 : 1));
}
