import type { ReactNode } from "react";
import { formatCount } from "../count.ts";
import { Icon } from "../icon.tsx";
import { usePlace } from "../location.ts";
import { useWallClock } from "../now.ts";
import { operationsAfter } from "../session.ts";
import { clockOffset } from "../state.ts";
import { useLive, useStore } from "../store.ts";
import { togglePause } from "./use-commands.ts";

/** Stops the page and lets it go on. Numbers are still collected meanwhile, and counted here. */
export function PauseButton(): ReactNode {
  const store = useStore();
  const { pausedAt } = usePlace();
  return (
    <button
      type="button"
      className="action pause"
      aria-pressed={pausedAt !== undefined}
      title={pausedAt === undefined ? "Pause the page (space)" : "Go on (space)"}
      onClick={() => togglePause(store)}
    >
      <Icon name={pausedAt === undefined ? "pause" : "play"} />
      {pausedAt === undefined ? <span className="action-word">Pause</span> : <Paused at={pausedAt} />}
    </button>
  );
}

function Paused({ at }: { readonly at: number }): ReactNode {
  const now = useWallClock();
  const offset = useLive(clockOffset);
  const added = useLive((state) => operationsAfter(state.session, at));
  return (
    <span>
      paused {formatMinutes(now + offset - at)} · {formatCount(added)} new
    </span>
  );
}

/** "00:42", "12:05", "75:00" */
function formatMinutes(lengthMs: number): string {
  const seconds = Math.max(0, Math.floor(lengthMs / 1000));
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
