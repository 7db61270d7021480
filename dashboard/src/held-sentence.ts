/** What holders did while others waited, in words: an average over the holds that were looked at. */

import { otherActivities, type HolderActivities } from "@holdup/protocol";
import { formatDuration } from "./duration.ts";
import { isNotSampled, shortText, type Piece } from "./sentence.ts";

/** How many activities are told by name. */
const namedActivities = 3;
/** The part of a hold below which an activity is not worth its name. */
const worthNaming = 0.02;

/** "held 40.0 ms: 36.0 ms in SELECT stock, 3.0 ms waiting for payments, 1.0 ms running"; nothing if nobody looked. */
export function tellHeld(held: HolderActivities): readonly Piece[] {
  const parts = partsOf(held);
  if (parts.length === 0) return [];
  return [{ text: "held ", kind: "word" }, average(held), { text: ": ", kind: "word" }, ...parts];
}

/**
 * "Inside the hold at `inventory.ts:47`, 40.0 ms on average: 36.0 ms in SELECT stock, 3.0 ms waiting for payments, …";
 * nothing if nobody looked. The place is in short: who reads it saw the path.
 */
export function tellInsideHold(held: HolderActivities): readonly Piece[] {
  const parts = partsOf(held);
  if (parts.length === 0) return [];
  const { holderSite: site } = held;
  const where: readonly Piece[] =
    site === null || isNotSampled(site)
      ? []
      : [
          { text: " at ", kind: "word" },
          { text: shortText(site), kind: "site" },
        ];
  return [
    { text: "Inside the hold", kind: "word" },
    ...where,
    { text: ", ", kind: "word" },
    average(held),
    { text: " on average: ", kind: "word" },
    ...parts.slice(0, -1),
    ...parts.slice(-1).map((last) => ({ ...last, mark: "." })),
  ];
}

function average({ activities, holds }: HolderActivities): Piece {
  return { text: formatDuration(sum(activities) / holds), kind: "held" };
}

// "36.0 ms in SELECT stock, 3.0 ms waiting for payments, 1.0 ms other"
function partsOf({ holds, activities }: HolderActivities): readonly Piece[] {
  if (holds === 0 || activities.length === 0) return [];
  const total = sum(activities);
  const named = activities
    .filter(({ name, seconds }) => name !== otherActivities && seconds >= worthNaming * total)
    .slice(0, namedActivities);
  const rest =
    named.length < activities.length ? [{ name: otherActivities, seconds: total - sum(named) }] : [];
  return [...named, ...rest].flatMap<Piece>(({ name, seconds }, index) => [
    ...(index === 0 ? [] : [{ text: ", ", kind: "word" } as const]),
    { text: formatDuration(seconds / holds), kind: "held" },
    { text: " ", kind: "word" },
    { text: name, kind: "activity" },
  ]);
}

function sum(activities: HolderActivities["activities"]): number {
  return activities.reduce((total, { seconds }) => total + seconds, 0);
}
