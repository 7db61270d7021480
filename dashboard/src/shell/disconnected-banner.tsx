import type { ReactNode } from "react";
import { formatAge, formatClock } from "../age.ts";
import { Icon } from "../icon.tsx";
import { useWallClock } from "../now.ts";
import { useLive } from "../store.ts";

/** Says from when the numbers are, while none come. The badge in the top bar is what announces it. */
export function DisconnectedBanner(): ReactNode {
  const { phase } = useLive((state) => state.connection);
  return phase === "disconnected" ? <Banner /> : null;
}

function Banner(): ReactNode {
  const now = useWallClock();
  const everSynced = useLive((state) => state.sync !== "none");
  const lastSeen = useLive((state) => state.receivedAt);
  return (
    <aside className="banner" aria-label="Connection">
      <Icon name="clock" />
      <strong>No connection to {window.location.host}.</strong>
      {everSynced && (
        <span>
          Showing what was known at {formatClock(lastSeen)}, {formatAge(now - lastSeen)}.
        </span>
      )}
      <span>Reconnecting by itself.</span>
    </aside>
  );
}
