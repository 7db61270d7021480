/** The four numbers above the table: what waiting costs now, and who causes it. */

import type { HotSpot, SeriesPoint } from "@holdup/protocol";
import type { Range } from "./location.ts";
import { perSecond, reportSeconds, shortSeries } from "./series.ts";
import { sessionRates, type Session } from "./session.ts";
import type { State } from "./state.ts";

/** A number, the primitive that it is about, and its last two minutes, second by second. */
export interface Total {
  readonly value: number;
  readonly spot: HotSpot | null;
  readonly trend: readonly number[];
}

/** What the tiles show. */
export interface Totals {
  /** Seconds of waiting caused per second, over the last few seconds. */
  readonly blocked: Total;
  readonly waiters: Total;
  /** The longest p99 wait of the window; a second of its own may be worse than the window. */
  readonly worstWait: Total;
  /** The largest share of all waiting in the window; its trend is the share, not the waiting. */
  readonly topShare: Total;
  /** How many seconds "now" is. */
  readonly nowSeconds: number;
  /** Of how many of a trend's last seconds something is known, waiting or none. */
  readonly knownSeconds: number;
}

/** How far back a trend goes, in seconds. */
export const trendSeconds = shortSeries;

// One second alone jumps about: programs report once a second, and not in the same moment.
const leastNowSeconds = 5;

/** The numbers of a state; `end` is until when something is shown. */
export function totalsOf(
  { rows, series, session }: Pick<State, "rows" | "series" | "session">,
  end: number,
): Totals {
  // A report of ten seconds is a fact of ten seconds.
  const nowSeconds = Math.max(leastNowSeconds, reportSeconds(series));
  const trendOf = (key: string | undefined, measure: (point: SeriesPoint) => number) =>
    perSecond((key === undefined ? undefined : series.get(key)) ?? [], end, trendSeconds, measure);

  const blocked = perSecond(session, end, trendSeconds, (second) => second.blameSeconds);
  const [worstKey, worst] = largest(rows, (spot) => spot.waitP99);
  const worstTrend = trendOf(worstKey, (point) => point.waitP99);
  const [topKey, top] = largest(rows, (spot) => spot.blameSeconds);

  return {
    blocked: { value: mean(blocked.slice(-nowSeconds)), spot: null, trend: blocked },
    waiters: {
      value: waitersOf(rows),
      spot: null,
      trend: perSecond(session, end, trendSeconds, (second) => second.waiters),
    },
    worstWait: {
      value: Math.max(worst?.waitP99 ?? 0, lastKnown(worstTrend)),
      spot: worst,
      trend: worstTrend,
    },
    topShare: {
      value: top?.share ?? 0,
      spot: top,
      trend: ratios(
        trendOf(topKey, (point) => point.blameSeconds),
        blocked,
        nowSeconds,
      ),
    },
    nowSeconds,
    knownSeconds: knownUntil(end, session, reportSeconds(series)),
  };
}

/** How many wait right now. */
export function waitersOf(rows: State["rows"]): number {
  let waiters = 0;
  for (const spot of rows.values()) waiters += spot.waiters;
  return waiters;
}

/** What the tiles show of a chosen time. */
export interface RangeTotals {
  /** Seconds of waiting caused per second. */
  readonly blocked: Total;
  readonly operations: Total;
  readonly worstWait: Total;
  readonly topShare: Total;
  /** What is usual: the same over the whole session. */
  readonly sessionRate: number;
}

/** The numbers of a chosen time; `rows` are that time's. */
export function totalsIn(rows: State["rows"], session: Session, { from, to }: Range): RangeTotals {
  const all = [...rows.values()];
  const [, worst] = largest(rows, (spot) => spot.waitP99);
  const [, top] = largest(rows, (spot) => spot.blameSeconds);
  const seconds = (to - from) / 1000;
  const trend = sessionRates(session, from, to, trendSeconds);
  const sessionSeconds = ((session.at(-1)?.time ?? 0) - (session[0]?.time ?? 0)) / 1000;
  return {
    blocked: { value: sum(all.map((spot) => spot.blameSeconds)) / seconds, spot: null, trend },
    operations: { value: sum(all.map((spot) => spot.operations)), spot: null, trend: [] },
    worstWait: { value: worst?.waitP99 ?? 0, spot: worst, trend: [] },
    topShare: { value: top?.share ?? 0, spot: top, trend: [] },
    sessionRate: sum(session.map((second) => second.blameSeconds)) / Math.max(1, sessionSeconds),
  };
}

/**
 * By how much the last seconds of a trend are more than those before, as a part of these; infinite when there was
 * nothing before, and undefined when nothing is known of before, or there is nothing at all.
 */
export function changeOf(
  trend: readonly number[],
  { nowSeconds, knownSeconds }: Pick<Totals, "nowSeconds" | "knownSeconds">,
): number | undefined {
  const known = trend.slice(-knownSeconds);
  if (knownSeconds <= nowSeconds || known.every((value) => value === 0)) return undefined;
  return mean(known.slice(-nowSeconds)) / mean(known.slice(0, -nowSeconds)) - 1;
}

// A point is the end of what it reports.
function knownUntil(end: number, [first]: Session, report: number): number {
  if (first === undefined) return 0;
  return Math.max(0, Math.min(trendSeconds, Math.round((end - first.time) / 1000) + report));
}

/** The last of a trend that is something; 0 when nothing is. */
export function lastKnown(trend: readonly number[]): number {
  return trend.findLast((value) => value > 0) ?? 0;
}

// Part of whole over the last seconds, at each second; of no waiting it is 0.
function ratios(parts: readonly number[], wholes: readonly number[], seconds: number): number[] {
  return parts.map((_, index) => {
    const from = Math.max(0, index + 1 - seconds);
    const whole = sum(wholes.slice(from, index + 1));
    return whole === 0 ? 0 : sum(parts.slice(from, index + 1)) / whole;
  });
}

function largest(
  rows: State["rows"],
  measure: (spot: HotSpot) => number,
): readonly [string | undefined, HotSpot | null] {
  let found: readonly [string | undefined, HotSpot | null] = [undefined, null];
  let most = 0;
  for (const [key, spot] of rows) {
    if (measure(spot) > most) {
      most = measure(spot);
      found = [key, spot];
    }
  }
  return found;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length;
}
