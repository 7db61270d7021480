import { usePlace, type Range } from "./location.ts";
import { useHoldup } from "./store.ts";

/**
 * The stretch of time to ask about: the one that was chosen, or the window up to a pause; undefined while the page is
 * live, which is also the source's default.
 */
export function useSpan(): Range | undefined {
  const { range, pausedAt } = usePlace();
  const windowSeconds = useHoldup((state) => state.windowSeconds);
  if (range !== undefined || pausedAt === undefined) return range;
  return { from: pausedAt - windowSeconds * 1000, to: pausedAt };
}
