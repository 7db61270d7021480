import type { MatrixEntry } from "@holdup/protocol";

/** Who waited because of whom, and which part of all waiting that is, 0 to 1. */
export interface Pair extends MatrixEntry {
  readonly share: number;
}

/** What a table of pairs shows. */
export interface CostliestPairs {
  readonly pairs: readonly Pair[];
  /** Those that it leaves out. */
  readonly rest: { readonly count: number; readonly blameSeconds: number };
}

/** The first so many entries of a matrix with their shares, and what the others add up to. */
export function costliestPairs(matrix: readonly MatrixEntry[], limit: number): CostliestPairs {
  const total = sum(matrix);
  const left = matrix.slice(limit);
  return {
    pairs: matrix.slice(0, limit).map((entry) => ({ ...entry, share: entry.blameSeconds / total })),
    rest: { count: left.length, blameSeconds: sum(left) },
  };
}

function sum(matrix: readonly MatrixEntry[]): number {
  return matrix.reduce((total, { blameSeconds }) => total + blameSeconds, 0);
}
