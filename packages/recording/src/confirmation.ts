import type { BenchResult } from "./bench-result.ts";
import type { FailOn } from "./fail-on.ts";
import { benchFailures } from "./failures.ts";

/** What two sets of rounds say together. */
export interface Confirmation {
  /** That of the second set; it fails only by what was red in the first as well. */
  readonly result: BenchResult;
  /** What was red in one of the sets only, one sentence each. */
  readonly unconfirmed: readonly string[];
}

/** Has a second set of rounds confirm what the first one found red: of many figures one may be so by mere chance, but not twice. */
export function confirmation(first: BenchResult, second: BenchResult, failOn: FailOn): Confirmation {
  const [before, after] = [benchFailures(first, failOn), benchFailures(second, failOn)];
  const keys = (failures: typeof before): Set<string> => new Set(failures.map(({ key }) => key));
  const [earlier, again] = [keys(before), keys(after)];
  const failures = after.filter(({ key }) => earlier.has(key)).map(({ sentence }) => sentence);
  const once = [
    ...before.filter(({ key }) => !again.has(key)),
    ...after.filter(({ key }) => !earlier.has(key)),
  ];
  return {
    result: { ...second, failures, verdict: verdictOf(failures, first, second, failOn) },
    unconfirmed: once.map(({ sentence }) => sentence),
  };
}

function verdictOf(
  failures: readonly string[],
  first: BenchResult,
  { verdict }: BenchResult,
  failOn: FailOn,
): BenchResult["verdict"] {
  if (failures.length > 0) return "regressed";
  // A finding is no measurement that sways: what was found once has happened.
  const found = benchFailures({ ...first, figures: [], counts: [] }, failOn).length > 0;
  return found || verdict === "regressed" ? "unsure" : verdict;
}
