import type { ReactNode } from "react";
import type { Connection } from "../state.ts";
import { useLive } from "../store.ts";

const words: Readonly<Record<Connection["phase"], string>> = {
  connecting: "Connecting",
  live: "Live",
  disconnected: "Disconnected",
};

/** Whether the numbers move: a shape and a word. Announces itself, as the findings do and nothing else. */
export function ConnectionBadge(): ReactNode {
  const phase = useLive((state) => state.connection.phase);
  return (
    <span className="connection" data-phase={phase} role="status" aria-live="polite">
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {phase === "live" && <circle className="dot" cx="8" cy="8" r="4.5" />}
        {phase === "connecting" && <circle className="ring" cx="8" cy="8" r="4.5" />}
        {phase === "disconnected" && <path className="cross" d="m4 4 8 8m0-8-8 8" />}
      </svg>
      {words[phase]}
    </span>
  );
}
