import type { Site } from "@holdup/protocol";
import { keyOf } from "./site-key.ts";

/** A stretch of one wait, in readings of its instance's `reach`, and how much of it somebody held, and nobody. */
export interface WaitSlice {
  readonly site: Site;
  readonly from: number;
  readonly to: number;
  readonly heldMs: number;
  readonly nobodyMs: number;
}

/** A stretch of one hold, in readings of its instance's `reach`; the site null: it was no hold after all. */
export interface HoldSlice {
  readonly site: Site | null;
  readonly permits: number;
  readonly from: number;
  readonly to: number;
}

/**
 * What one waiting site owes to one holding site; `holder` null: while nobody held; undefined: to holds whose site
 * was not looked up.
 */
export interface Charge {
  readonly waiter: Site;
  readonly holder: Site | null | undefined;
  readonly ms: number;
}

/**
 * Splits waits at the holds that they crossed. A wait owes to a hold its permits times what `reach` grew while
 * both were there, since `reach` grows by `dt / held`. All slices are of one instance.
 *
 * Holds of one site are laid over each other once, as a function of `reach` (a sum of ramps); each wait then asks for two of its
 * values: W·S·log H steps for W waits, S holding sites and H holds, instead of W·H.
 */
export function charges(waits: readonly WaitSlice[], holds: readonly HoldSlice[]): Charge[] {
  const ramps = Array.from(
    Map.groupBy(holds, ({ site }) => keyOf(site)).values(),
    (slices) => new Ramps(slices),
  );
  return waits.flatMap((wait) => {
    const known = ramps
      .map((ramp): Charge => ({ waiter: wait.site, holder: ramp.site, ms: ramp.between(wait.from, wait.to) }))
      .filter(({ ms }) => ms > 0);
    const rest = wait.heldMs - known.reduce((sum, { ms }) => sum + ms, 0);
    if (wait.nobodyMs > 0) known.push({ waiter: wait.site, holder: null, ms: wait.nobodyMs });
    // What is left by rounding belongs to nobody else.
    if (rest > roundingMs) known.push({ waiter: wait.site, holder: undefined, ms: rest });
    return known;
  });
}

const roundingMs = 1e-6;

/** Permits of one site's holds, summed up along `reach`. */
class Ramps {
  readonly site: Site | null;
  readonly #at: number[] = [];
  readonly #height: number[] = [];
  readonly #slope: number[] = [];

  constructor(slices: readonly HoldSlice[]) {
    this.site = slices[0]?.site ?? null;
    const bends = slices.flatMap(({ from, to, permits }) => [
      { at: from, by: permits },
      { at: to, by: -permits },
    ]);
    let slope = 0;
    let height = 0;
    let before = 0;
    for (const { at, by } of bends.toSorted((a, b) => a.at - b.at)) {
      height += slope * (at - before);
      slope += by;
      before = at;
      this.#at.push(at);
      this.#height.push(height);
      this.#slope.push(slope);
    }
  }

  between(from: number, to: number): number {
    return this.#up(to) - this.#up(from);
  }

  #up(reach: number): number {
    let low = 0;
    let high = this.#at.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#at[middle] as number) <= reach) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    const i = low - 1;
    return (this.#height[i] as number) + (this.#slope[i] as number) * (reach - (this.#at[i] as number));
  }
}
