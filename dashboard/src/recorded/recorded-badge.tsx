import type { ReactNode } from "react";
import { formatDay } from "../age.ts";
import { formatDuration } from "../duration.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** In place of whether the page is live: when the run was, how long it took, and how it ended. */
export function RecordedBadge({ run }: { readonly run: RecordedRun }): ReactNode {
  const { startedAt, durationMs, exitCode } = run;
  return (
    <p className="recorded-badge">
      <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
        <path d="M8 4.5V8l2.3 1.6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z" />
      </svg>
      <span>
        Recorded <time dateTime={new Date(startedAt).toISOString()}>{formatDay(startedAt)}</time>, for{" "}
        {formatDuration(durationMs / 1000)}, ended with{" "}
        <strong data-alarm={exitCode !== 0}>exit code {exitCode}</strong>
      </span>
    </p>
  );
}
