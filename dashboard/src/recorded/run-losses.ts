import type { ThreadRecord } from "@holdup/recording";
import { countOf } from "../count.ts";

type Losses = ThreadRecord["losses"];

/** What the observers of all threads together had to leave out. */
export function lossesOf(threads: readonly Pick<ThreadRecord, "losses">[]): Losses {
  const sum = (of: (losses: Losses) => number): number =>
    threads.reduce((total, { losses }) => total + of(losses), 0);
  return {
    spans: sum(({ spans }) => spans),
    sites: sum(({ sites }) => sites),
    primitives: sum(({ primitives }) => primitives),
  };
}

/** "12 spans, 3 lines"; empty if nothing was left out. */
export function lossWords({ spans, sites, primitives }: Losses): string {
  const counts = [
    [spans, "span"],
    [sites, "line"],
    [primitives, "primitive"],
  ] as const;
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => countOf(count, what))
    .join(", ");
}
