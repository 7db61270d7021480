import { otherActivities, type Activity, type HolderActivities } from "./live.ts";

/** How many a sentence about a hold names. */
const named = 3;

/** What a sentence about a hold tells: the longest few by name, the rest added up at the end as others. */
export function longestActivities(held: HolderActivities): HolderActivities {
  const few = held.activities.filter(({ name }) => name !== otherActivities).slice(0, named);
  const rest = sum(held.activities) - sum(few);
  const hasRest = few.length < held.activities.length;
  return {
    ...held,
    activities: hasRest ? [...few, { name: otherActivities, seconds: Math.max(0, rest) }] : few,
  };
}

function sum(activities: readonly Activity[]): number {
  return activities.reduce((total, { seconds }) => total + seconds, 0);
}
