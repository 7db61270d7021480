import { chanceOf } from "./chance.ts";
import { quantile, upperTail } from "./student-t.ts";

/** A part of a run: so much of something, in so many operations. */
export interface Block {
  readonly amount: number;
  readonly count: number;
}

/** How a figure per operation differs between two sides, each with its runs, each run with its blocks in order of time. */
export interface Ratio {
  /** Of all operations: what it costs. A burst weighs as much as it took. */
  readonly mean: Estimate;
  /** Of what is usual in a block: what the code does when nothing disturbs it. */
  readonly usual: Estimate;
}

/** An estimate of head / base; 1: no difference. */
export interface Estimate {
  readonly ratio: number;
  /** The ends of the 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  /** The p-value of the hypothesis that the true ratio is at most `1 + threshold`. */
  chanceAbove(threshold: number): number;
  /** The p-value of the hypothesis that the true ratio is at least `1 / (1 + threshold)`. */
  chanceBelow(threshold: number): number;
}

/** Into how many parts a run is cut: each long enough that what happens in one says little of the next. */
const batches = 8;

/** From so many runs on, their differences are what counts, and not those within them. */
const enoughRuns = 3;

const resamples = 200;

/**
 * Compares two sides. Waits that follow each other are alike, so that thousands of them are not thousands of pieces of
 * evidence: runs are cut into a few parts, and the parts are compared. Undefined if there is too little.
 *
 * @param floor added to each operation, so that ratios of next to nothing stay small
 */
export function ratioOf(
  base: readonly (readonly Block[])[],
  head: readonly (readonly Block[])[],
  floor: number,
): Ratio | undefined {
  const byRun = base.length >= enoughRuns && head.length >= enoughRuns;
  const mean = estimateOf(base, head, (runs) => meanLog(runs, byRun, floor));
  const usual = estimateOf(base, head, (runs) => usualLog(runs, byRun, floor));
  return mean === undefined || usual === undefined ? undefined : { mean, usual };
}

/** A logarithm, and how sure it is. */
interface Figure {
  readonly log: number;
  readonly variance: number;
  readonly degrees: number;
}

type Runs = readonly (readonly Block[])[];

function estimateOf(
  base: Runs,
  head: Runs,
  figureOf: (runs: Runs) => Figure | undefined,
): Estimate | undefined {
  const before = figureOf(base);
  const after = figureOf(head);
  if (before === undefined || after === undefined) return undefined;
  const log = after.log - before.log;
  const variance = before.variance + after.variance;
  const error = Math.sqrt(variance);
  // Welch and Satterthwaite's degrees of freedom of a difference.
  const degrees =
    variance === 0
      ? before.degrees + after.degrees
      : variance ** 2 / (before.variance ** 2 / before.degrees + after.variance ** 2 / after.degrees);
  const width = quantile(0.025, degrees) * error;
  return {
    ratio: Math.exp(log),
    low: Math.exp(log - width),
    high: Math.exp(log + width),
    chanceAbove: (threshold) => tail(log - Math.log1p(threshold), error, degrees),
    chanceBelow: (threshold) => tail(-log - Math.log1p(threshold), error, degrees),
  };
}

function tail(distance: number, error: number, degrees: number): number {
  if (error === 0) return distance > 0 ? 0 : 1;
  return upperTail(distance / error, degrees);
}

// The jackknife: how much the whole depends on each part.
function meanLog(runs: Runs, byRun: boolean, floor: number): Figure | undefined {
  const whole = total(runs.flat());
  const parts = (byRun ? runs.map(total) : partsOf(runs.flat()).map(total)).filter(({ count }) => count > 0);
  const n = parts.length;
  if (n < enoughRuns) return undefined;
  const logs = parts.map((part) =>
    logOf({ amount: whole.amount - part.amount, count: whole.count - part.count }, floor),
  );
  return { log: logOf(whole, floor), variance: ((n - 1) / n) * squares(logs), degrees: n - 1 };
}

// The bootstrap of what is neighboured: a median has no jackknife.
function usualLog(runs: Runs, byRun: boolean, floor: number): Figure | undefined {
  const logsOf = (blocks: readonly Block[]): number[] =>
    blocks.filter(({ count }) => count > 0).map((block) => logOf(block, floor));
  if (byRun) {
    const medians = runs.map((blocks) => median(logsOf(blocks))).filter((log) => !Number.isNaN(log));
    const n = medians.length;
    if (n < enoughRuns) return undefined;
    return { log: average(medians), variance: squares(medians) / (n - 1) / n, degrees: n - 1 };
  }
  const logs = logsOf(runs.flat());
  if (logs.length < batches) return undefined;
  const seen = resampledMedians(logs);
  return { log: median(logs), variance: squares(seen) / (resamples - 1), degrees: batches - 1 };
}

/** Medians of series that are put together of stretches of the given one. The same every time. */
function resampledMedians(logs: readonly number[]): number[] {
  const chance = chanceOf(logs.length);
  const length = Math.ceil(logs.length / batches);
  return Array.from({ length: resamples }, () => {
    const drawn: number[] = [];
    while (drawn.length < logs.length) {
      const from = Math.floor(chance() * (logs.length - length + 1));
      drawn.push(...logs.slice(from, from + length));
    }
    return median(drawn);
  });
}

function logOf({ amount, count }: Block, floor: number): number {
  return Math.log(Math.max(0, amount) / count + floor);
}

/** All of them together. */
export function total(blocks: readonly Block[]): Block {
  let amount = 0;
  let count = 0;
  for (const block of blocks) {
    amount += block.amount;
    count += block.count;
  }
  return { amount, count };
}

/** Contiguous parts with about as many operations each. */
function partsOf(blocks: readonly Block[]): Block[][] {
  const { count } = total(blocks);
  const groups: Block[][] = Array.from({ length: batches }, () => []);
  let before = 0;
  for (const block of blocks) {
    // By its middle, so that the last is not short.
    const at = Math.floor(((before + block.count / 2) / count) * batches);
    groups[Math.min(batches - 1, at)]?.push(block);
    before += block.count;
  }
  return groups;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squares(values: readonly number[]): number {
  const middle = average(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
}

/** The value in the middle. */
export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).toSorted();
  const middle = Math.floor(sorted.length / 2);
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** What is usual: the median of what blocks have an operation; NaN if there is none. */
export function usualPerOperation(blocks: readonly Block[]): number {
  return median(blocks.flatMap(({ amount, count }) => (count > 0 ? [Math.max(0, amount) / count] : [])));
}
