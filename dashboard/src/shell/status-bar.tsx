import type { ReactNode } from "react";
import { formatAge } from "../age.ts";
import { countOf, formatCount } from "../count.ts";
import { useWallClock } from "../now.ts";
import { RecordedStatus } from "../recorded/recorded-status.tsx";
import { useRecorded } from "../recorded/use-recorded.ts";
import { clockOffset } from "../state.ts";
import { useLive } from "../store.ts";
import { wrongClocks } from "./clocks.ts";
import { lossesOf } from "./losses.ts";

/** What the collector says of itself: what came, what it could not take, what it would lose. */
export function StatusBar(): ReactNode {
  const status = useLive((state) => state.status);
  const recorded = useRecorded();
  if (recorded !== undefined) return <RecordedStatus run={recorded} />;
  if (status === null) return <footer className="status-bar" />;
  const { notKept, lost } = lossesOf(status.dropped);
  const clocks = wrongClocks(status.clockSkew ?? []);

  return (
    <footer className="status-bar">
      <LastData />
      <span>{countOf(status.requests.accepted, "request")} accepted</span>
      <Losses word="refused" counts={status.requests.refused} />
      <Losses word="dropped" counts={lost} />
      {typeof status.trouble === "string" && <span data-alarm>{status.trouble}</span>}
      {clocks !== undefined && (
        <span data-alarm title={clocks.details}>
          {clocks.summary}
        </span>
      )}
      {notKept > 0 && <span>{countOf(notKept, "single wait")} not kept; totals are exact</span>}
      <span>{countOf(status.viewers, "viewer")}</span>
      <span className="spacer" />
      {!status.durable && (
        <span title={`Store: ${status.store}. What was received is lost when the collector stops.`}>
          kept in memory
        </span>
      )}
      <span>collector {status.version}</span>
    </footer>
  );
}

function LastData(): ReactNode {
  const now = useWallClock();
  const lastReceivedAt = useLive((state) => state.status?.lastReceivedAt ?? null);
  const offset = useLive(clockOffset);
  if (lastReceivedAt === null) return <span>no data yet</span>;
  return <span>last data {formatAge(now + offset - lastReceivedAt)}</span>;
}

interface LossesProps {
  readonly word: string;
  readonly counts: Readonly<Record<string, number>>;
}

function Losses({ word, counts }: LossesProps): ReactNode {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const reasons = entries.map(([reason, count]) => `${reason}: ${formatCount(count)}`).join(", ");
  return (
    <span data-alarm={total > 0} title={reasons}>
      {formatCount(total)} {word}
      {total > 0 && ` (${reasons})`}
    </span>
  );
}
