import type { Recording } from "./recording.ts";

type Flight = Recording["flights"][number]["flight"];

/**
 * How many waited at the same time for one primitive, at most, by type and name: `lock inventory`. Known of runs whose every
 * wait is in the recording, which keeps the last 30 seconds of each thread; of others nothing.
 */
export function longestLines({ threads, flights }: Recording): Map<string, number> {
  const longest = new Map<string, number>();
  for (const { thread: label, flight } of flights) {
    const began = threads.find((thread) => thread.label === label)?.startedAt;
    if (began === undefined || flight.start > began) return new Map();
    for (const [key, line] of linesIn(flight)) longest.set(key, Math.max(longest.get(key) ?? 0, line));
  }
  return longest;
}

function linesIn({ waits, primitives }: Flight): Map<string, number> {
  const longest = new Map<string, number>();
  for (const ofInstance of Map.groupBy(waits, ({ instance }) => instance).values()) {
    const { type = "", name = "" } = primitives[ofInstance[0]?.primitive ?? 0] ?? {};
    const key = `${type} ${name}`;
    longest.set(key, Math.max(longest.get(key) ?? 0, mostAtATime(ofInstance)));
  }
  return longest;
}

function mostAtATime(waits: Flight["waits"]): number {
  const steps = waits
    .flatMap(({ startMs, grantedMs, endMs }) => [
      { at: startMs, by: 1 },
      { at: grantedMs ?? endMs, by: -1 },
    ])
    // Who leaves makes room for who comes in the same instant.
    .toSorted((a, b) => a.at - b.at || a.by - b.by);
  let line = 0;
  let most = 0;
  for (const { by } of steps) most = Math.max(most, (line += by));
  return most;
}
