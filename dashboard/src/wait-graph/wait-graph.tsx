import type { ReactNode } from "react";
import { usePlace } from "../location.ts";
import { LoadingState } from "../shell/loading-state.tsx";
import { useAnswer } from "../use-answer.ts";
import { WaitGraphView } from "./wait-graph-view.tsx";

/** Who waits for whom right now, of the chosen service or all. */
export function WaitGraph(): ReactNode {
  const { service } = usePlace();
  const { answer, stale } = useAnswer({ name: "waitGraph", service });
  if (answer === undefined || stale) return <LoadingState />;
  return <WaitGraphView items={answer.items} />;
}
