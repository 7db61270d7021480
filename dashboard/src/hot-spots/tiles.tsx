import type { ReactNode } from "react";
import { useMemo } from "react";
import { formatStretch } from "../age.ts";
import { formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { useNow } from "../now.ts";
import { formatRate, waitersOnAverage } from "../rate.ts";
import { formatShare } from "../share.ts";
import { silenceMs } from "../shown-time.ts";
import { useHoldup } from "../store.ts";
import { totalsOf, trendSeconds, type Total } from "../totals.ts";
import { useShownUntil } from "../use-shown-until.ts";
import { Sparkline } from "./sparkline.tsx";

/** The four numbers that say whether there is anything to look at. */
export function Tiles(): ReactNode {
  const rows = useHoldup((state) => state.rows);
  const series = useHoldup((state) => state.series);
  const windowSeconds = useHoldup((state) => state.windowSeconds);
  const end = useShownUntil();
  const now = useNow();
  const silence = useHoldup((state) => silenceMs(state, now));
  const totals = useMemo(() => totalsOf({ rows, series }, end), [rows, series, end]);
  const inTheWindow = `last ${Math.round(windowSeconds / 60)} min`;
  return (
    <section className="tiles" aria-label="Now">
      <Tile
        name="Blocked time"
        period={`last ${totals.nowSeconds} s`}
        total={totals.blocked}
        value={formatRate(totals.blocked.value)}
        unit="per second"
        note={
          silence > 0
            ? `no data for ${formatStretch(silence)}`
            : (waitersOnAverage(totals.blocked.value) ?? "by all primitives")
        }
      />
      <Tile
        name="Waiting"
        period="now"
        total={totals.waiters}
        value={formatCount(totals.waiters.value)}
        unit={totals.waiters.value === 1 ? "waiter" : "waiters"}
        note="across all primitives"
      />
      <Tile
        name="Worst p99 wait"
        period={inTheWindow}
        total={totals.worstWait}
        value={formatDuration(totals.worstWait.value)}
      />
      <Tile
        name="Top hot spot"
        period={inTheWindow}
        total={totals.topShare}
        value={formatShare(totals.topShare.value)}
        unit="of all waiting"
        most={1}
      />
    </section>
  );
}

interface TileProps {
  readonly name: string;
  /** The time that the number is about. */
  readonly period: string;
  readonly total: Total;
  readonly value: string;
  readonly unit?: string;
  /** Beneath the number; the primitive's name when missing. */
  readonly note?: string;
  /** What fills the trend's height; its largest value when missing. */
  readonly most?: number | undefined;
}

function Tile({ name, period, total, value, unit, note, most }: TileProps): ReactNode {
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
      <Sparkline values={total.trend} most={most} label={`${name}, last ${trendSeconds / 60} minutes`} />
    </div>
  );
}
