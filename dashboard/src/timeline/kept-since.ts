import type { Span } from "./span.ts";

/**
 * Since when holds are known, if there are waits that were over before: who held then is not kept any more. Undefined
 * when holds reach back as far as waits do, or when there are none.
 */
export function holdsKeptSince(spans: readonly Span[]): number | undefined {
  let firstHold = Infinity;
  let firstWaitEnd = Infinity;
  for (const { kind, start, end } of spans) {
    if (kind === "hold") firstHold = Math.min(firstHold, start);
    else firstWaitEnd = Math.min(firstWaitEnd, end);
  }
  return firstHold !== Infinity && firstWaitEnd < firstHold ? firstHold : undefined;
}
