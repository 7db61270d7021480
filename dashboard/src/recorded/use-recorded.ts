import { useHoldup } from "../store.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** The run that the page shows; undefined while it shows what goes on. */
export function useRecorded(): RecordedRun | undefined {
  return useHoldup((state) => state.recorded);
}
