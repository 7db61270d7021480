import { useMemo, type ReactNode } from "react";
import { formatStretch } from "../age.ts";
import { formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { useIsLive, type Range } from "../location.ts";
import { useNow } from "../now.ts";
import { formatRate, formatRatePerSecond } from "../rate.ts";
import type { RecordedRun } from "../recorded/recorded-run.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import type { SessionSecond } from "../session.ts";
import { formatShare } from "../share.ts";
import { silenceMs } from "../shown-time.ts";
import { useHoldup } from "../store.ts";
import {
  changeOf,
  lastKnown,
  totalsIn,
  totalsOf,
  trendSeconds,
  waitersOf,
  type Total,
  type Totals,
} from "../totals.ts";
import { useSettled } from "../use-settled.ts";
import { Sparkline } from "./sparkline.tsx";
import type { HotSpots } from "./use-hot-spots.ts";

/** The four numbers that say whether there is anything to look at, and compared to what. */
export function Tiles({ found: { range, rows } }: { readonly found: HotSpots }): ReactNode {
  const recorded = useRecorded();
  if (recorded !== undefined) return <RecordedTiles run={recorded} />;
  if (range !== undefined) return <RangeTiles range={range} rows={rows} />;
  return <LiveTiles />;
}

function LiveTiles(): ReactNode {
  const windowSeconds = useHoldup((state) => state.windowSeconds);
  const waitersNow = useHoldup(({ rows }) => waitersOf(rows));
  const now = useNow();
  const silence = useHoldup((state) => silenceMs(state, now));
  const { state, end } = useSettled();
  const totals = useMemo(() => totalsOf(state, end), [state, end]);
  const inTheWindow = `last ${Math.round(windowSeconds / 60)} min`;
  const isLive = useIsLive();
  const waiters = isLive ? waitersNow : (totals.waiters.trend.at(-1) ?? 0);
  const trendOf = `last ${trendSeconds / 60} minutes`;
  return (
    <section className="tiles" aria-label="Now">
      <Tile
        name="Blocked time"
        period={`last ${totals.nowSeconds} s`}
        total={totals.blocked}
        trendOf={trendOf}
        value={formatRate(totals.blocked.value)}
        unit="per second"
        note={silence > 0 ? `no data for ${formatStretch(silence)}` : changeWords(totals)}
      />
      <Tile
        name="Waiting"
        period={isLive ? "now" : "at the pause"}
        total={totals.waiters}
        trendOf={trendOf}
        value={formatCount(waiters)}
        unit={waiters === 1 ? "waiter" : "waiters"}
        note={`at most ${formatCount(Math.max(waiters, ...totals.waiters.trend))} in 2 min`}
      />
      <Tile
        name="Worst p99 wait"
        period={inTheWindow}
        total={totals.worstWait}
        trendOf={trendOf}
        value={formatDuration(totals.worstWait.value)}
        unit={<Now total={totals.worstWait} />}
      />
      <Tile
        name="Top hot spot"
        period={inTheWindow}
        total={totals.topShare}
        trendOf={trendOf}
        value={formatShare(totals.topShare.value)}
        unit="of all waiting"
        most={1}
      />
    </section>
  );
}

function RangeTiles({ range, rows }: Pick<HotSpots, "rows"> & { readonly range: Range }): ReactNode {
  const session = useHoldup((state) => state.session);
  const totals = useMemo(() => totalsIn(rows, session, range), [rows, session, range]);
  const period = formatStretch(range.to - range.from);
  return (
    <section className="tiles" aria-label="In the chosen time">
      <Tile
        name="Blocked time"
        period={period}
        total={totals.blocked}
        value={formatRate(totals.blocked.value)}
        unit="per second"
        note={`session: ${formatRate(totals.sessionRate)}`}
      />
      <Tile
        name="Operations"
        period={period}
        total={totals.operations}
        value={formatCount(totals.operations.value)}
        note={`${formatRatePerSecond((1000 * totals.operations.value) / (range.to - range.from))} per second`}
      />
      <Tile
        name="Worst p99 wait"
        period={period}
        total={totals.worstWait}
        value={formatDuration(totals.worstWait.value)}
      />
      <Tile
        name="Top hot spot"
        period={period}
        total={totals.topShare}
        value={formatShare(totals.topShare.value)}
        unit="of all waiting"
      />
    </section>
  );
}

function RecordedTiles({ run }: { readonly run: RecordedRun }): ReactNode {
  // Of primitives, whatever the rows of the table are of.
  const rows = useHoldup((state) => state.rows);
  const session = useHoldup((state) => state.session);
  const { whole, durationMs } = run;
  const totals = useMemo(() => totalsIn(rows, session, whole), [rows, session, whole]);
  const blockedSeconds = (totals.blocked.value * (whole.to - whole.from)) / 1000;
  const perSecond = (amount: number) => (1000 * amount) / durationMs;
  const trendOf = (of: (second: SessionSecond) => number) => session.map(of);
  return (
    <section className="tiles" aria-label="In the run">
      <Tile
        name="Blocked time"
        period="whole run"
        total={{ ...totals.blocked, trend: trendOf((second) => second.blameSeconds) }}
        value={formatDuration(blockedSeconds)}
        note={`${formatRate(perSecond(blockedSeconds))} per second`}
      />
      <Tile
        name="Operations"
        period="whole run"
        total={{ ...totals.operations, trend: trendOf((second) => second.operations) }}
        value={formatCount(totals.operations.value)}
        note={`${formatRatePerSecond(perSecond(totals.operations.value))} per second`}
      />
      <Tile
        name="Worst p99 wait"
        period="whole run"
        total={totals.worstWait}
        value={formatDuration(totals.worstWait.value)}
      />
      <Tile
        name="Top hot spot"
        period="whole run"
        total={totals.topShare}
        value={formatShare(totals.topShare.value)}
        unit="of all waiting"
      />
    </section>
  );
}

function Now({ total: { trend } }: { readonly total: Total }): ReactNode {
  return `now ${formatDuration(lastKnown(trend))}`;
}

// "▲ 40 % on 2 min before": a number without its past says nothing.
function changeWords({ blocked: { trend }, nowSeconds, knownSeconds }: Totals): string {
  const change = changeOf(trend, { nowSeconds, knownSeconds });
  const before =
    knownSeconds === trendSeconds
      ? "2 min before"
      : `${formatStretch(1000 * (knownSeconds - nowSeconds))} before`;
  if (change === undefined) {
    return knownSeconds > nowSeconds
      ? `nobody waited in the ${before}, either`
      : "nothing to compare with yet";
  }
  if (change === Infinity) return `nobody waited in the ${before}`;
  if (Math.abs(change) < 0.05) return `as in the ${before}`;
  return `${change > 0 ? "▲" : "▼"} ${formatShare(Math.abs(change))} on ${before}`;
}

interface TileProps {
  readonly name: string;
  /** The time that the number is about. */
  readonly period: string;
  readonly total: Total;
  /** The time that the trend is about. */
  readonly trendOf?: string;
  readonly value: string;
  readonly unit?: ReactNode;
  /** Beneath the number; the primitive's name when missing. */
  readonly note?: string;
  /** What fills the trend's height; its largest value when missing. */
  readonly most?: number | undefined;
}

function Tile({ name, period, total, trendOf = period, value, unit, note, most }: TileProps): ReactNode {
  return (
    <div className="tile">
      <h2>
        {name} <span className="tile-period">{period}</span>
      </h2>
      <p className="tile-value">
        {value} {unit !== undefined && <span>{unit}</span>}
      </p>
      <p className="tile-note">
        {total.spot === null ? (note ?? "nobody waited") : <PrimitiveName name={total.spot.primitive.name} />}
      </p>
      {total.trend.length > 1 && <Sparkline values={total.trend} most={most} label={`${name}, ${trendOf}`} />}
    </div>
  );
}
