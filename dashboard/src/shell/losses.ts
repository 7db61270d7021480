import { metric } from "@holdup/protocol";

/** What didn't stay, by how much it matters. */
export interface Losses {
  /** Single waits that the programs kept no record of; all of them are in the totals. */
  readonly notKept: number;
  /** What is missing from the numbers, by reason. */
  readonly lost: Readonly<Record<string, number>>;
}

/** Sorts what a collector says was dropped. */
export function lossesOf(dropped: Readonly<Record<string, number>>): Losses {
  const { [metric.spansDropped]: notKept = 0, ...lost } = dropped;
  return { notKept, lost };
}
