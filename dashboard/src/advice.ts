/** What to change about a hot spot, derived from what its holders did while others waited. */

import { otherActivities, type HotSpot } from "@holdup/protocol";
import { formatShare } from "./share.ts";

/** Below that part of a hold, what was done in it is not what makes it long. */
const most = 0.5;
const running = "running";

/** One sentence; nothing where nobody waited, or nobody looked at what the holders did. */
export function adviceFor({ blameSeconds, held, holderSite }: HotSpot): string | undefined {
  if (blameSeconds === 0) return undefined;
  if (holderSite === null) {
    return "Nobody held it while others waited: look at who should have put, set or notified, and was late.";
  }
  const activities = held?.activities.filter(({ name }) => name !== otherActivities) ?? [];
  const total = held?.activities.reduce((sum, { seconds }) => sum + seconds, 0) ?? 0;
  const longest = activities[0];
  if (longest === undefined || longest.seconds < most * total) return undefined;
  const share = formatShare(longest.seconds / total);
  if (longest.name === running) {
    return `${share} of a hold is its own JavaScript: do less of it while holding, or do it before.`;
  }
  return `${share} of a hold is “${longest.name}”: do that before or after holding, make it faster, or let more in at once.`;
}
