/** One primitive's answer as the figures that its page shows. */

import type { HotSpot, PrimitiveDetail } from "@holdup/protocol";
import { formatDuration } from "../duration.ts";
import { formatShare } from "../share.ts";

/** What a sentence tells of a primitive; its share is known only where the others are: `all`, the rows of the same time. */
export function spotOf(detail: PrimitiveDetail, row: HotSpot | undefined, all: readonly HotSpot[]): HotSpot {
  const { service, primitive, operations, contended, blameSeconds, wait, hold, waiters } = detail;
  const total = all.reduce((sum, spot) => sum + spot.blameSeconds, 0);
  const [costliest] = detail.holderSites;
  const held = detail.activities.find(({ holderSite }) => sameSite(holderSite, costliest?.site ?? null));
  const { share: _, held: __, ...known } = row ?? { exact: true, share: 0, held: undefined };
  return {
    ...known,
    service,
    primitive,
    operations,
    contended,
    blameSeconds,
    waiters,
    waitSeconds: wait.sum,
    waitP50: wait.p50,
    waitP99: wait.p99,
    holdSeconds: hold.sum,
    holdP99: hold.p99,
    waiterSite: detail.waiterSites[0]?.site ?? null,
    holderSite: costliest?.site ?? null,
    share: total === 0 ? Number.NaN : Math.min(1, blameSeconds / total),
    ...(held === undefined ? {} : { held }),
  };
}

function sameSite(one: HotSpot["holderSite"], other: HotSpot["holderSite"]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** For which part of the time it was held; for what several may hold, how many held on average. */
export function utilisation({
  hold,
  primitive,
  series,
  stepSeconds,
}: PrimitiveDetail): { readonly value: string; readonly note: string } | undefined {
  // Since it was first heard of, not since before it was there.
  const seconds = ((series.at(-1)?.time ?? 0) - (series[0]?.time ?? 0)) / 1000 + stepSeconds;
  if (hold.count === 0) return undefined;
  const part = hold.sum / seconds;
  const note = `${formatDuration(hold.sum)} in ${formatDuration(seconds)}`;
  if (primitive.type === "lock") return { value: `${formatShare(Math.min(1, part))} of the time`, note };
  return { value: `${part < 0.01 ? "<0.01" : part.toFixed(2)} on average`, note };
}
