import type { ReactNode } from "react";
import { formatClock } from "../age.ts";
import { useRecorded } from "./use-recorded.ts";

/** Says of a chart of percentiles since when they are known, if that is not from the start of the recording. */
export function KnownSince(): ReactNode {
  const run = useRecorded();
  if (run === undefined || run.waitsSince === -Infinity) return null;
  const known = run.waitsSince < run.whole.to;
  return (
    <p className="nothing">
      {known
        ? `Known from ${formatClock(run.waitsSince)} on: single waits are recorded of the last 30 s.`
        : "Not known: its single waits had no room in this page."}
    </p>
  );
}
