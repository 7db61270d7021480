/** All waiting of the session, second by second: longer than the series of the single primitives are kept. */

import type { Series } from "./series.ts";

/** One second of everyone: the tiles show their end, so that nobody has to add up a thousand series. */
export interface SessionSecond {
  /** End of the second, Unix ms. */
  readonly time: number;
  /** Operations that ended in it, of all primitives together. */
  readonly operations: number;
  /** Waiting caused in it by all primitives together. */
  readonly blameSeconds: number;
  /** Who waited in it, for any of them. */
  readonly waiters: number;
}

/** Oldest first; seconds of which nobody told are not there. */
export type Session = readonly SessionSecond[];

/** How many seconds of a session are kept: two hours. */
export const sessionLength = 7200;

type AllSeries = ReadonlyMap<string, Series>;

/** The session after a snapshot: what its series tell, and before them what was known already. */
export function restartSession(session: Session, all: AllSeries): Session {
  const totals = new Map<number, SessionSecond>();
  for (const series of all.values()) {
    for (const point of series) totals.set(point.time, sumOf(totals.get(point.time), point, point.time));
  }
  const told = [...totals.values()].toSorted((a, b) => a.time - b.time);
  const first = told[0]?.time ?? Infinity;
  return [...session.filter(({ time }) => time < first), ...told].slice(-sessionLength);
}

/** The session after new points; `times` are those of the seconds that they tell of. */
export function extendSession(session: Session, all: AllSeries, times: ReadonlySet<number>): Session {
  if (times.size === 0) return session;
  const extended = [...session];
  for (const time of times) {
    const second = totalAt(all, time);
    // From the end: it is nearly always the newest second, or the newest told again.
    const before = extended.findLastIndex((known) => known.time <= time);
    const known = extended[before]?.time === time;
    extended.splice(known ? before : before + 1, known ? 1 : 0, second);
  }
  return extended.slice(-sessionLength);
}

function sumOf(
  total: SessionSecond | undefined,
  { operations, blameSeconds, waiters }: Omit<SessionSecond, "time">,
  time: number,
): SessionSecond {
  if (total === undefined) return { time, operations, blameSeconds, waiters };
  return {
    time,
    operations: total.operations + operations,
    blameSeconds: total.blameSeconds + blameSeconds,
    waiters: total.waiters + waiters,
  };
}

function totalAt(all: AllSeries, time: number): SessionSecond {
  let operations = 0;
  let blameSeconds = 0;
  let waiters = 0;
  for (const series of all.values()) {
    // From the end, and no further: there may be a thousand series.
    let index = series.length - 1;
    let point = series.at(index);
    while (point !== undefined && point.time > time) point = index === 0 ? undefined : series.at(--index);
    if (point === undefined || point.time <= time - 1) continue;
    operations += point.operations;
    blameSeconds += point.blameSeconds;
    waiters += point.waiters;
  }
  return { time, operations, blameSeconds, waiters };
}

/** A program that reports less often than this was silent in between, in milliseconds. */
const slowestReportMs = 12_000;

/**
 * The mean rate of waiting, seconds per second, in each of so many equal steps from one time to another. What is told of one
 * second is of all time since the one told before, or of so many milliseconds.
 */
export function sessionRates(
  session: Session,
  from: number,
  to: number,
  steps: number,
  toldMs?: number,
): number[] {
  const stepMs = (to - from) / steps;
  const rates = Array.from<number>({ length: steps }).fill(0);
  session.forEach(({ time, blameSeconds }, index) => {
    const before = session[index - 1]?.time ?? -Infinity;
    const lengthMs = toldMs ?? (time - before > slowestReportMs ? 1000 : time - before);
    const first = Math.max(0, Math.floor((time - lengthMs - from) / stepMs));
    const last = Math.min(steps, Math.ceil((time - from) / stepMs));
    for (let step = first; step < last; step++) {
      const [start, end] = [from + step * stepMs, from + (step + 1) * stepMs];
      const overlap = Math.min(end, time) - Math.max(start, time - lengthMs);
      rates[step] = (rates[step] ?? 0) + (blameSeconds * Math.max(0, overlap)) / lengthMs / (stepMs / 1000);
    }
  });
  return rates;
}

/** How many operations ended after a moment. */
export function operationsAfter(session: Session, time: number): number {
  let operations = 0;
  for (let at = session.length - 1; at >= 0; at--) {
    const second = session[at];
    if (second === undefined || second.time <= time) break;
    operations += second.operations;
  }
  return operations;
}
