import { usePlace } from "./location.ts";
import { useNow } from "./now.ts";
import { useRecorded } from "./recorded/use-recorded.ts";
import { shownUntil } from "./shown-time.ts";
import { useHoldup } from "./store.ts";

/** Until when there is something to show, as Unix ms; goes on with time, reports or none. */
export function useShownUntil(): number {
  const now = useNow();
  return useHoldup((state) => shownUntil(state, now));
}

/** Which time charts and their tables show: what was chosen, or what there is up to now. */
export function useShown(): { readonly from: number; readonly to: number } {
  const end = useShownUntil();
  const recorded = useRecorded();
  return usePlace().range ?? recorded?.whole ?? { from: -Infinity, to: end };
}
