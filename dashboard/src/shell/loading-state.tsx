import type { ReactNode } from "react";
import { useLive } from "../store.ts";

const words = {
  connecting: "Connecting to",
  live: "Waiting for the first numbers of",
  disconnected: "Nobody answers at",
  recorded: "Reading",
} as const;

/** Before the first snapshot. */
export function LoadingState(): ReactNode {
  const phase = useLive((state) => state.connection.phase);
  return (
    <div className="loading">
      <p>
        {words[phase]} <code>{window.location.origin}</code>
        {phase === "disconnected" ? ". Is the collector running? Trying again by itself." : " …"}
      </p>
    </div>
  );
}
