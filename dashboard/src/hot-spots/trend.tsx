import type { ReactNode } from "react";
import { nameText } from "../primitive-name.tsx";
import { perSecond, type Series } from "../series.ts";
import { useHoldup } from "../store.ts";
import { trendSeconds } from "../totals.ts";
import { useShownUntil } from "../use-shown-until.ts";
import { Sparkline } from "./sparkline.tsx";

interface TrendProps {
  /** `hotSpotKey` of the primitive. */
  readonly id: string;
  readonly name: string;
}

const none: Series = [];

/** What a primitive cost over the last two minutes. */
export function Trend({ id, name }: TrendProps): ReactNode {
  const series = useHoldup((state) => state.series.get(id) ?? none);
  const end = useShownUntil();
  const values = perSecond(series, end, trendSeconds, (point) => point.blameSeconds);
  return <Sparkline values={values} label={`Waiting caused by ${nameText(name)}, last 2 minutes`} />;
}
