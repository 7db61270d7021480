import { useMemo } from "react";
import type { State } from "./state.ts";
import { useStore } from "./store.ts";
import { useShownUntil } from "./use-shown-until.ts";

/** What the page knew when a second was over, and which one. */
export interface Settled {
  readonly state: State;
  /** End of the newest second to show, as Unix ms. */
  readonly end: number;
}

/**
 * What the page knew when the newest second to show was over. For what is drawn over time, in steps of a second: it
 * renders again once a second, and not with every message.
 */
export function useSettled(): Settled {
  const store = useStore();
  const end = useShownUntil();
  return useMemo(() => ({ state: store.getState(), end }), [store, end]);
}
