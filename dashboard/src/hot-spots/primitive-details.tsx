import type { HotSpot } from "@holdup/protocol";
import type { ReactNode } from "react";
import { DurationChart } from "../charts/duration-chart.tsx";
import { countOf } from "../count.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { useHoldup } from "../store.ts";
import { HolderSentence } from "./holder-sentence.tsx";

interface PrimitiveDetailsProps {
  /** `hotSpotKey` of the spot. */
  readonly id: string;
  readonly spot: HotSpot;
}

/** One primitive: its story in a sentence, its last ten minutes in two charts. */
export function PrimitiveDetails({ id, spot }: PrimitiveDetailsProps): ReactNode {
  const windowSeconds = useHoldup((state) => state.windowSeconds);
  const { name, type } = spot.primitive;
  return (
    <section className="panel details" aria-label="Selected primitive">
      <header>
        <h2>
          <PrimitiveName name={name} />
        </h2>
        <bdi className="tag" title={type}>
          {type}
        </bdi>
        <bdi className="tag" title={spot.service}>
          {spot.service}
        </bdi>
        <span className="spacer" />
        <span className="tag" data-waiting={spot.waiters > 0}>
          {countOf(spot.waiters, "waiter")} now
        </span>
      </header>
      <HolderSentence spot={spot} windowSeconds={windowSeconds} />
      <div className="details-charts">
        <DurationChart id={id} name={name} measure="wait" />
        <DurationChart id={id} name={name} measure="hold" />
      </div>
    </section>
  );
}
