/** Who waited because of whom: how much blame lies between each waiting and each holding site. */

import type { MatrixEntry, Site } from "@holdup/protocol";
import type { SeriesTotals } from "./hot-spots.ts";
import { compareSites, isKnown, siteKey } from "./site.ts";

/** Blame that was moved from one site to another may leave a rounding error behind, in seconds. */
export const noBlame = 1e-9;

/** The matrix of one primitive's series. */
export function matrixOf(group: readonly SeriesTotals[]): MatrixEntry[] {
  const pairs = new Map<string, MatrixEntry>();
  for (const { series, totals } of group) {
    if (totals.blameSeconds <= noBlame) continue;
    const { waiterSite, holderSite } = series;
    const key = JSON.stringify([siteKey(waiterSite), siteKey(holderSite)]);
    const blameSeconds = (pairs.get(key)?.blameSeconds ?? 0) + totals.blameSeconds;
    pairs.set(key, { waiterSite, holderSite, blameSeconds });
  }
  return [...pairs.values()];
}

/** The sum of all blame. */
export function blameOf(parts: readonly Pick<MatrixEntry, "blameSeconds">[]): number {
  return parts.reduce((sum, { blameSeconds }) => sum + blameSeconds, 0);
}

/** The part that one waited. */
export function ofWaiter(matrix: readonly MatrixEntry[], waiter: Site | null): MatrixEntry[] {
  return matrix.filter(({ waiterSite }) => siteKey(waiterSite) === siteKey(waiter));
}

/** The part that one caused. */
export function ofHolder(matrix: readonly MatrixEntry[], holder: Site | null): MatrixEntry[] {
  return matrix.filter(({ holderSite }) => siteKey(holderSite) === siteKey(holder));
}

/** The known site that waited most; null if none is known. */
export function mostDelayed(matrix: readonly MatrixEntry[]): Site | null {
  return heaviest(sums(matrix, "waiterSite").filter(isOfKnown), weight)?.site ?? null;
}

/**
 * The holding site with the most blame; a known one goes before those that were not looked up. Null says that
 * nobody held: that is so where most of the waiting was nobody's.
 */
export function mostBlamed(matrix: readonly MatrixEntry[]): Site | null {
  const held = sums(
    matrix.filter(({ holderSite }) => holderSite !== null),
    "holderSite",
  );
  if (blameOf(matrix) > 2 * blameOf(held)) return null;
  return (heaviest(held.filter(isOfKnown), weight) ?? heaviest(held, weight))?.site ?? null;
}

/** The blame at one site. */
interface Blame {
  readonly site: Site | null;
  readonly blameSeconds: number;
}

function sums(matrix: readonly MatrixEntry[], side: "waiterSite" | "holderSite"): Blame[] {
  const sites = new Map<string, Blame>();
  for (const entry of matrix) {
    const site = entry[side];
    const blameSeconds = (sites.get(siteKey(site))?.blameSeconds ?? 0) + entry.blameSeconds;
    sites.set(siteKey(site), { site, blameSeconds });
  }
  return [...sites.values()];
}

function isOfKnown({ site }: Blame): boolean {
  return isKnown(site);
}

function weight({ blameSeconds }: Blame): number {
  return blameSeconds;
}

/** The one with the largest positive weight; of several, the one whose site comes first. */
export function heaviest<Item extends { readonly site: Site | null }>(
  items: readonly Item[],
  weigh: (item: Item) => number,
): Item | undefined {
  let best: Item | undefined;
  for (const item of items) {
    const lead = weigh(item) - (best === undefined ? 0 : weigh(best));
    const before = best !== undefined && compareSites(item.site, best.site) < 0;
    if (lead > 0 || (lead === 0 && before)) best = item;
  }
  return best;
}
