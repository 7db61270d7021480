import type { MatrixEntry } from "@holdup/protocol";
import { expect, test } from "vitest";
import { costliestPairs } from "./pairs.ts";

test("each pair has its share of all waiting, and those beyond the limit are added up", () => {
  const matrix = [4, 3, 2, 1].map(entry);

  const { pairs, rest } = costliestPairs(matrix, 2);

  expect(pairs.map(({ blameSeconds, share }) => [blameSeconds, share])).toEqual([
    [4, 0.4],
    [3, 0.3],
  ]);
  expect(rest).toEqual({ count: 2, blameSeconds: 3 });
});

test("where nobody waited there are neither pairs nor a rest", () => {
  expect(costliestPairs([], 2)).toEqual({ pairs: [], rest: { count: 0, blameSeconds: 0 } });
});

function entry(blameSeconds: number): MatrixEntry {
  return { waiterSite: null, holderSite: null, blameSeconds };
}
