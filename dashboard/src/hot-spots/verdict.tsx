import type { HotSpot } from "@holdup/protocol";
import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { Icon } from "../icon.tsx";
import { useIsLive } from "../location.ts";
import { PlaceLink } from "../place-link.tsx";
import { PrimitiveName } from "../primitive-name.tsx";
import { useRecorded } from "../recorded/use-recorded.ts";
import type { Told } from "../sentence.ts";
import { timeWords } from "../time-words.ts";
import { Story } from "./story.tsx";
import type { HotSpots } from "./use-hot-spots.ts";

interface VerdictProps {
  /** `hotSpotKey` of the spot. */
  readonly id: string;
  readonly spot: HotSpot;
  readonly found: HotSpots;
  /** What the spot stands for. @default "primitive" */
  readonly told?: Told;
}

/** The selected primitive in a sentence: what it cost, who held it, who waited, and what to change. */
export function Verdict({ id, spot, found, told = "primitive" }: VerdictProps): ReactNode {
  const { name, type } = spot.primitive;
  const isLive = useIsLive();
  const recorded = useRecorded();
  return (
    <section className="panel verdict" aria-label="Selected primitive">
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
        {isLive && (
          <span className="tag" data-waiting={spot.waiters > 0}>
            {countOf(spot.waiters, "waiter")} now
          </span>
        )}
        <span className="spacer" />
        <PlaceLink className="action" to={{ view: "primitive", selected: id }}>
          Look closer
          <Icon name="right" />
        </PlaceLink>
      </header>
      <Story spot={spot} when={timeWords(found.range, found.seconds, recorded)} told={told} />
    </section>
  );
}
