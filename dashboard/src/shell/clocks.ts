import type { ClockSkew } from "@holdup/protocol";
import { countOf } from "../count.ts";
import { formatDuration } from "../duration.ts";

/** Below it nothing on the page looks wrong: points are of seconds, and requests take a while. */
const noticedMs = 2_000;

/** Clocks that are so far off that points are out of place. */
export interface WrongClocks {
  readonly summary: string;
  /** Each of them, with its process. */
  readonly details: string;
}

/** What there is to say of the programs' clocks; undefined if they go right. */
export function wrongClocks(skews: readonly ClockSkew[]): WrongClocks | undefined {
  const wrong = skews.filter(({ skewMs }) => Math.abs(skewMs) > noticedMs);
  const [worst] = wrong;
  if (worst === undefined) return undefined;
  const off = `the clock of ${worst.service} is ${distance(worst)}`;
  return {
    summary: wrong.length === 1 ? off : `${countOf(wrong.length, "clock")} off; ${off}`,
    details: wrong.map((skew) => `${skew.service} ${skew.instance}: ${distance(skew)}`).join(", "),
  };
}

function distance({ skewMs }: ClockSkew): string {
  return `${formatDuration(Math.abs(skewMs) / 1_000)} ${skewMs > 0 ? "behind" : "ahead"}`;
}
