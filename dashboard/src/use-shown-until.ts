import { useNow } from "./now.ts";
import { shownUntil } from "./shown-time.ts";
import { useHoldup } from "./store.ts";

/** Until when to show what happened, as Unix ms; goes on with time, reports or none. */
export function useShownUntil(): number {
  const now = useNow();
  return useHoldup((state) => shownUntil(state, now));
}
