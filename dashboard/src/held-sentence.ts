/** What holders did while others waited, in words: an average over the holds that were looked at. */

import { otherActivities, type HolderActivities } from "@holdup/protocol";
import { formatDuration } from "./duration.ts";
import type { Piece } from "./sentence.ts";

/** How many activities are told by name. */
const namedActivities = 3;

/** "held 40.0 ms: 36.0 ms in SELECT stock, 3.0 ms waiting for payments, 1.0 ms running"; nothing if nobody looked. */
export function tellHeld(held: HolderActivities): readonly Piece[] {
  return told(held, "held ", ": ");
}

/** " While others waited it was held 40.0 ms on average: 36.0 ms in SELECT stock, …", to end a sentence with; nothing if nobody looked. */
export function tellHeldOnAverage(held: HolderActivities): readonly Piece[] {
  return told(held, " While others waited it was held ", " on average: ");
}

function told({ holds, activities }: HolderActivities, before: string, after: string): readonly Piece[] {
  if (holds === 0 || activities.length === 0) return [];

  const named = activities.filter(({ name }) => name !== otherActivities).slice(0, namedActivities);
  const total = sum(activities);
  const rest =
    named.length < activities.length ? [{ name: otherActivities, seconds: total - sum(named) }] : [];
  const parts = [...named, ...rest].flatMap<Piece>(({ name, seconds }, index) => [
    { text: index === 0 ? after : ", ", kind: "word" },
    { text: formatDuration(seconds / holds), kind: "held" },
    { text: " ", kind: "word" },
    { text: name, kind: "activity" },
  ]);
  return [{ text: before, kind: "word" }, { text: formatDuration(total / holds), kind: "held" }, ...parts];
}

function sum(activities: HolderActivities["activities"]): number {
  return activities.reduce((total, { seconds }) => total + seconds, 0);
}
