import type { HotSpot } from "@holdup/protocol";
import type { ReactNode } from "react";
import { adviceFor } from "../advice.ts";
import { tellInsideHold } from "../held-sentence.ts";
import { Icon } from "../icon.tsx";
import { tell, type Told } from "../sentence.ts";
import { Pieces, Sentence } from "./sentence.tsx";

interface StoryProps {
  readonly spot: HotSpot;
  /** The time that the numbers are about; see `timeWords`. */
  readonly when: string;
  /** What the spot stands for. @default "primitive" */
  readonly told?: Told;
}

/** A hot spot in three lines: what it cost whom, what went on inside its holds, and what to change. */
export function Story({ spot, when, told = "primitive" }: StoryProps): ReactNode {
  const inside = spot.held === undefined ? [] : tellInsideHold(spot.held);
  const advice = adviceFor(spot);
  return (
    <>
      <Sentence pieces={tell(spot, when, told)} />
      {inside.length > 0 && (
        <p className="story-line sentence" title="What those who held it did while others waited for it">
          <Icon name="lock" />
          <span>
            <Pieces pieces={inside} />
          </span>
        </p>
      )}
      {advice !== undefined && (
        <p className="story-line advice">
          <Icon name="bulb" />
          <span>
            <strong>To change:</strong> {advice}
          </span>
        </p>
      )}
    </>
  );
}
