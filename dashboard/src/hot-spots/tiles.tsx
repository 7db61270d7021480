import type { ReactNode } from "react";
import { useMemo } from "react";
import { formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { formatShare } from "../share.ts";
import { useHoldup } from "../store.ts";
import { totalsOf, trendSeconds, type Total } from "../totals.ts";
import { Sparkline } from "./sparkline.tsx";

/** The four numbers that say whether there is anything to look at. */
export function Tiles(): ReactNode {
  const rows = useHoldup((state) => state.rows);
  const series = useHoldup((state) => state.series);
  const totals = useMemo(() => totalsOf({ rows, series }), [rows, series]);
  return (
    <section className="tiles" aria-label="Now">
      <Tile
        name="Blocked time"
        total={totals.blocked}
        value={formatDuration(totals.blocked.value)}
        unit="per second"
        note="over the last 5 seconds"
      />
      <Tile
        name="Waiting now"
        total={totals.waiters}
        value={formatCount(totals.waiters.value)}
        unit={totals.waiters.value === 1 ? "waiter" : "waiters"}
        note="across all primitives"
      />
      <Tile name="Worst p99 wait" total={totals.worstWait} value={formatDuration(totals.worstWait.value)} />
      <Tile
        name="Top hot spot"
        total={totals.topShare}
        value={formatShare(totals.topShare.value)}
        unit="of all waiting"
      />
    </section>
  );
}

interface TileProps {
  readonly name: string;
  readonly total: Total;
  readonly value: string;
  readonly unit?: string;
  /** Beneath the number; the primitive's name when missing. */
  readonly note?: string;
}

function Tile({ name, total, value, unit, note }: TileProps): ReactNode {
  return (
    <div className="tile">
      <h2>{name}</h2>
      <p className="tile-value">
        {value} {unit !== undefined && <span>{unit}</span>}
      </p>
      <p className="tile-note">
        {total.spot === null ? (note ?? "nobody waited") : <PrimitiveName name={total.spot.primitive.name} />}
      </p>
      <Sparkline values={total.trend} label={`${name}, last ${trendSeconds / 60} minutes`} />
    </div>
  );
}
