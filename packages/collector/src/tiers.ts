/** The grains of time in which history is kept: fine ones for the recent past, coarse ones for long. */

/** How much time a bucket of each tier covers, in milliseconds. Each is a multiple of the one before. */
export const tierSteps: readonly number[] = [10_000, 60_000, 600_000, 3_600_000];

export const coarsestTier: number = tierSteps.length - 1;

/** For how long each tier is kept at least, in milliseconds; the coarsest one as long as anything is. */
const tierLives: readonly number[] = [2 * 3_600_000, 24 * 3_600_000, 7 * 86_400_000, Infinity];

/** For how long a tier is kept if everything is for so long. */
export function tierLife(tier: number, retentionMs: number): number {
  return Math.min(tierLives[tier] ?? Infinity, retentionMs);
}

export function stepOf(tier: number): number {
  return tierSteps[tier] ?? Number.NaN;
}

/** The start of the tier's bucket in which a time lies. */
export function bucketStart(tier: number, time: number): number {
  return Math.floor(time / stepOf(tier)) * stepOf(tier);
}

/** Buckets of one tier, from the first's start to the last's end. */
export interface Stretch {
  readonly tier: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The fewest buckets that cover a time exactly, the coarsest ones that may be used first.
 *
 * @param from a bucket's start in the finest tier that is asked for, as is `to`
 * @param coarsest the coarsest tier to use
 * @param isComplete whether a bucket holds everything that finer ones hold; if not, those are used
 */
export function cover(
  from: number,
  to: number,
  coarsest: number,
  isComplete: (tier: number, start: number) => boolean,
): Stretch[] {
  const stretches: Stretch[] = [];
  const take = (tier: number, start: number, end: number): void => {
    const last = stretches.at(-1);
    if (last?.tier === tier && last.to === start) stretches[stretches.length - 1] = { ...last, to: end };
    else stretches.push({ tier, from: start, to: end });
  };
  const walk = (tier: number, start: number, end: number): void => {
    if (start >= end) return;
    if (tier === 0) return take(0, start, end);
    const step = stepOf(tier);
    const first = Math.min(end, Math.ceil(start / step) * step);
    const last = Math.max(first, Math.floor(end / step) * step);
    walk(tier - 1, start, first);
    for (let bucket = first; bucket < last; bucket += step) {
      if (isComplete(tier, bucket)) take(tier, bucket, bucket + step);
      else walk(tier - 1, bucket, bucket + step);
    }
    walk(tier - 1, last, end);
  };
  walk(coarsest, from, to);
  return stretches;
}
