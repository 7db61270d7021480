import type { ReactNode } from "react";
import { usePlace, type Place } from "../location.ts";
import type { Connection } from "../state.ts";
import { useLive } from "../store.ts";

type Phase = Connection["phase"] | "paused" | "past";

const words: Readonly<Record<Phase, string>> = {
  connecting: "Connecting",
  live: "Live",
  disconnected: "Disconnected",
  recorded: "Recorded",
  paused: "Paused",
  past: "Past",
};

/** Whether the numbers move, and whether they are those of now: a shape and a word. Announces itself, as the findings do and nothing else. */
export function ConnectionBadge(): ReactNode {
  const connected = useLive((state) => state.connection.phase);
  const phase = phaseOf(connected, usePlace());
  return (
    <span className="connection" data-phase={phase} role="status" aria-live="polite">
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {phase === "live" && <circle className="dot" cx="8" cy="8" r="4.5" />}
        {phase === "connecting" && <circle className="ring" cx="8" cy="8" r="4.5" />}
        {phase === "paused" && <path d="M5.5 4v8m5-8v8" />}
        {phase === "past" && <path d="M8 4.5V8l2.3 1.6M14 8A6 6 0 1 1 2 8a6 6 0 0 1 12 0Z" />}
        {phase === "disconnected" && <path className="cross" d="m4 4 8 8m0-8-8 8" />}
      </svg>
      {words[phase]}
    </span>
  );
}

// That nothing arrives is said whatever is shown.
function phaseOf(connected: Connection["phase"], { pausedAt, range }: Place): Phase {
  if (connected !== "live") return connected;
  if (range !== undefined) return "past";
  return pausedAt === undefined ? "live" : "paused";
}
