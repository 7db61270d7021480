/** Blocked time by primitive, in steps: the data of the stacked chart and of its table. */

import { seriesLength } from "@holdup/protocol";
import type { State } from "../state.ts";
import { slotCount } from "./ink.ts";
import { assignSlots, type Slots } from "./slots.ts";

/** One step of the live chart, in seconds. Single seconds are noise in a stack a few hundred pixels wide. */
const stepSeconds = 5;
const stepCount = seriesLength / stepSeconds;

/** Seconds of waiting caused per second, step by step, for each slot and then for all others. */
export interface Blocked {
  /** End of each step, Unix ms, oldest first. */
  readonly times: readonly number[];
  /** By slot; the last is the others'. */
  readonly rates: readonly (readonly number[])[];
  readonly slots: Slots;
  /** How long a step is. */
  readonly stepMs: number;
}

/** The steps of a state up to `newest`; `previous` are the slots before. */
export function blockedOf(
  state: Pick<State, "rows" | "series" | "session" | "recorded">,
  newest: number,
  previous: Slots,
): Blocked {
  const ranking = [...state.rows]
    .filter(([, spot]) => spot.blameSeconds > 0)
    .toSorted(([, a], [, b]) => b.blameSeconds - a.blameSeconds)
    .map(([key]) => key);
  const slots = assignSlots(previous, ranking, slotCount);

  const { start, stepMs, count } = stepsUntil(newest, state);
  const end = start + count * stepMs;
  const times = Array.from({ length: count }, (_, step) => Math.min(start + (step + 1) * stepMs, newest));
  const rates = Array.from({ length: slotCount + 1 }, () => Array.from<number>({ length: count }).fill(0));

  // The newest step may have only begun: it counts the seconds that it has.
  const secondsOfLast = (stepMs - (end - newest)) / 1000;
  const add = (into: number[], points: Iterable<{ time: number; blameSeconds: number }>): void => {
    for (const point of points) {
      const step = Math.ceil((point.time - start) / stepMs) - 1;
      const seconds = step === count - 1 ? secondsOfLast : stepMs / 1000;
      // What came after a time that was chosen is not of it.
      if (point.time <= newest && step >= 0 && step < count)
        into[step] = (into[step] ?? 0) + point.blameSeconds / seconds;
    }
  };
  slots.forEach((key, slot) => add(rates[slot] ?? [], state.series.get(key ?? "") ?? []));
  // All others may be many, and their series shorter: they are what the session has beside the slots.
  const others = rates[slotCount] ?? [];
  add(others, state.session);
  for (const step of others.keys()) {
    const told = rates.slice(0, slotCount).reduce((sum, rate) => sum + (rate[step] ?? 0), 0);
    others[step] = Math.max(0, (others[step] ?? 0) - told);
  }
  return { times, rates, slots, stepMs };
}

// The last ten minutes; of a recording all of it, in the steps that it has.
function stepsUntil(
  newest: number,
  { recorded }: Pick<State, "recorded">,
): { readonly start: number; readonly stepMs: number; readonly count: number } {
  if (recorded !== undefined) {
    const { whole, stepMs } = recorded;
    return { start: whole.from, stepMs, count: Math.round((whole.to - whole.from) / stepMs) };
  }
  const stepMs = stepSeconds * 1000;
  const end = Math.ceil(newest / stepMs) * stepMs;
  return { start: end - stepCount * stepMs, stepMs, count: stepCount };
}
