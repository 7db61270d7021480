/**
 * Until when the page shows what happened. Not simply until now: the newest seconds are still on their
 * way. And not until the newest report: when a program stops, time goes on without it.
 */

import { newestTime, reportSeconds } from "./series.ts";
import { clockOffset, type State } from "./state.ts";

type Heard = Pick<State, "connection" | "time" | "receivedAt" | "series" | "recorded">;

/** How late a report may come before its seconds count as empty, in milliseconds. */
const lateMs = 2000;

/** How long nobody tells anything before the page says so, in milliseconds. */
const patienceMs = 4000;

/**
 * End of the newest second to show, on the collector's clock, when the viewer's says `now`. A second that is not over
 * would look like a drop, and make all that is drawn over time be drawn with every message.
 */
export function shownUntil(state: Heard, now: number): number {
  // All of it has come.
  if (state.recorded !== undefined) return state.recorded.whole.to;
  const time = collectorTime(state, now);
  const due = Math.floor((time - lateMs) / 1000 - reportSeconds(state.series)) * 1000;
  // A program's clock may be ahead; the present is the collector's.
  const reported = Math.min(newestTime(state.series) ?? due, Math.floor(time / 1000) * 1000);
  return Math.max(due, reported);
}

/** For how long no program has told anything; 0 while that is nothing to speak of. */
export function silenceMs(state: Heard & Pick<State, "status">, now: number): number {
  const lastReceivedAt = state.status?.lastReceivedAt ?? null;
  if (lastReceivedAt === null) return 0;

  const silence = collectorTime(state, now) - lastReceivedAt;
  return silence > patienceMs + reportSeconds(state.series) * 1000 ? silence : 0;
}

// Without a connection nobody knows what has happened since: time stands still.
function collectorTime({ connection, time, receivedAt }: Heard, now: number): number {
  const until = connection.phase === "disconnected" ? connection.since : now;
  return until + clockOffset({ time, receivedAt });
}
