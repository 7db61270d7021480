import { chanceOf } from "./chance.ts";
import { median } from "./ratio.ts";
import type { Verdict } from "./verdict.ts";

/** How head and base differ in pairs of runs: the median of the pairs' ratios, and its 95 % confidence interval. */
export interface PairedRatio {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

const resamples = 1000;

/**
 * The median of ratios with its interval by the bootstrap: pairs are drawn again and again from those that were seen. Runs of a
 * pair stand side by side in time, so that what slows the machine slows both.
 */
export function pairedRatio(ratios: readonly number[]): PairedRatio {
  const logs = ratios.map((ratio) => Math.log(ratio));
  const chance = chanceOf(logs.length);
  const medians = Array.from({ length: resamples }, () =>
    median(logs.map(() => logs[Math.floor(chance() * logs.length)] as number)),
  ).toSorted((a, b) => a - b);
  const at = (share: number): number => Math.exp(medians[Math.floor(share * (resamples - 1))] as number);
  return { ratio: Math.exp(median(logs)), low: at(0.025), high: at(0.975), pairs: logs.length };
}

/** With fewer pairs a median says nothing. */
const fewestPairs = 5;

/**
 * What pairs say about a figure. Regressed, or improved: the whole interval is further from 1 than `1 + threshold`, and further
 * than `1 + noise`, which is what the same code differs from itself. Unchanged: the whole interval is within `1 + threshold`.
 */
export function pairedVerdict({ low, high, pairs }: PairedRatio, threshold: number, noise: number): Verdict {
  const beyondNoise = 1 + Math.max(threshold, noise);
  if (pairs < fewestPairs) return "unsure";
  if (low > beyondNoise) return "regressed";
  if (high < 1 / beyondNoise) return "improved";
  // Noise excuses nothing from being unsure.
  return low > 1 / (1 + threshold) && high < 1 + threshold ? "unchanged" : "unsure";
}

/** How much the same code differs from itself: the end of the interval that is further from nothing, as a share. */
export function noiseFloor({ low, high }: PairedRatio): number {
  return Math.max(high, 1 / low) - 1;
}
