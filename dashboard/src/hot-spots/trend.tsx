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
  const values = useMemo(
    () => perSecond(state.series.get(id) ?? none, end, trendSeconds, (point) => point.blameSeconds),
    [state, end, id],
  );
  return <Sparkline values={values} label={`Waiting caused by ${nameText(name)}, last 2 minutes`} />;
});
