import type { HotSpot } from "@holdup/protocol";
import type { ReactNode } from "react";
import { tell } from "../sentence.ts";
import { Sentence } from "./sentence.tsx";

interface HolderSentenceProps {
  readonly spot: HotSpot;
  readonly windowSeconds: number;
}

/** What the primitive cost, who held it and who waited. */
export function HolderSentence({ spot, windowSeconds }: HolderSentenceProps): ReactNode {
  return <Sentence pieces={tell(spot, windowSeconds)} />;
}
