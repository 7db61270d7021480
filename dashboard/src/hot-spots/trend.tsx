import { memo, useDeferredValue, useMemo, type ReactNode } from "react";
import { nameText } from "../primitive-name.tsx";
import { perSecond, type Series } from "../series.ts";
import { trendSeconds } from "../totals.ts";
import { useSettled } from "../use-settled.ts";
import { Sparkline } from "./sparkline.tsx";

interface TrendProps {
  /** `hotSpotKey` of the primitive. */
  readonly id: string;
  readonly name: string;
}

const none: Series = [];

/** What a primitive cost over the last two minutes. */
export const Trend = memo(function Trend({ id, name }: TrendProps): ReactNode {
  // The numbers of a second come first, and then the trends of all rows.
  const { state, end } = useDeferredValue(useSettled());
  const { recorded } = state;
  const values = useMemo(() => {
    const series = state.series.get(id) ?? none;
    if (recorded !== undefined) return Array.from(series, (point) => point.blameSeconds);
    return perSecond(series, end, trendSeconds, (point) => point.blameSeconds);
  }, [state, recorded, end, id]);
  if (values.length < 2) return null;
  const when = recorded === undefined ? "last 2 minutes" : "over the run";
  return <Sparkline values={values} label={`Waiting caused by ${nameText(name)}, ${when}`} />;
});
