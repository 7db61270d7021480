/** The places of a recording as views know them: there, null stands for nobody, and a place that was not looked up has a name. */

import { notSampled, type HolderActivities, type MatrixEntry, type Site } from "@holdup/protocol";
import type { PrimitiveRecord } from "@holdup/recording";
import { isNotSampled } from "../sentence.ts";

const notLookedUp: Site = { functionName: notSampled, filePath: notSampled, lineNumber: 0 };

/** Where somebody held. */
export function holderPlace(site: Site | null): Site {
  return site ?? notLookedUp;
}

/** What moves from one line to another leaves rounding errors behind, in milliseconds. */
const noWaitMs = 1e-6;

/** Who waited because of whom, the costliest pair first. */
export function matrixOf({ matrix }: PrimitiveRecord): MatrixEntry[] {
  return matrix
    .filter(({ blockedMs }) => blockedMs > noWaitMs)
    .map(({ waiter, holder, blockedMs }) => ({
      waiterSite: waiter,
      holderSite: holder,
      blameSeconds: blockedMs / 1000,
    }))
    .toSorted((a, b) => b.blameSeconds - a.blameSeconds);
}

/** What holders did while others waited, by their place; the place first where most was seen. */
export function activitiesOf({ activities = [] }: PrimitiveRecord): HolderActivities[] {
  const all = activities.map((row) => ({
    holderSite: holderPlace(row.site),
    holds: row.holds,
    activities: row.activities
      .map(({ name, ms }) => ({ name, seconds: ms / 1000 }))
      .toSorted((a, b) => b.seconds - a.seconds),
  }));
  return all.toSorted((a, b) => secondsOf(b) - secondsOf(a));
}

function secondsOf({ activities }: HolderActivities): number {
  return activities.reduce((sum, { seconds }) => sum + seconds, 0);
}

/** Where the holds were taken that others waited for most; null: most of the waiting was nobody's. */
export function mostBlamed(matrix: readonly MatrixEntry[]): Site | null {
  const all = sumsBy(matrix, "holderSite");
  const total = all.reduce((sum, { seconds }) => sum + seconds, 0);
  const held = all.filter(({ site }) => site !== null);
  if (total > 2 * held.reduce((sum, { seconds }) => sum + seconds, 0)) return null;
  return (held.find(isKnown) ?? held[0])?.site ?? null;
}

/** Where it was waited for most; null: it is not known. */
export function mostWaiting(matrix: readonly MatrixEntry[]): Site | null {
  return sumsBy(matrix, "waiterSite").find(isKnown)?.site ?? null;
}

/** Whether two places are the same line of the same function. */
export function isSamePlace(one: Site | null, other: Site | null): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

interface Sum {
  readonly site: Site | null;
  readonly seconds: number;
}

function isKnown({ site }: Sum): boolean {
  return site !== null && !isNotSampled(site);
}

// The most first.
function sumsBy(matrix: readonly MatrixEntry[], side: "waiterSite" | "holderSite"): Sum[] {
  const groups = Map.groupBy(matrix, (entry) => JSON.stringify(entry[side]));
  return Array.from(groups.values(), (same) => ({
    site: same[0]?.[side] ?? null,
    seconds: same.reduce((sum, { blameSeconds }) => sum + blameSeconds, 0),
  })).toSorted((a, b) => b.seconds - a.seconds);
}
