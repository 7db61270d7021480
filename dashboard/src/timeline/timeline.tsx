import { useMemo, type ReactNode } from "react";
import { usePlace } from "../location.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { clockOffset } from "../state.ts";
import { useHoldup, useStore } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import { useSpan } from "../use-span.ts";
import { openSpans } from "./span.ts";
import { TimelineView } from "./timeline-view.tsx";
import { useSpans } from "./use-spans.ts";

/** Who waited and who held, when, in the page's time. */
export function Timeline(): ReactNode {
  const store = useStore();
  const { service, pausedAt } = usePlace();
  const span = useSpan();
  const recorded = useRecorded();
  const { spans, loading, full } = useSpans();
  const found = useHoldup((state) => state.findings);
  // What goes on still is known of the present only; a recording has it among its waits and holds.
  const isPresent = span === undefined && pausedAt === undefined && recorded === undefined;
  const { answer } = useAnswer(isPresent ? { name: "waitGraph", service } : undefined);
  const all = useMemo(() => {
    const now = store.now() + clockOffset(store.getState());
    return answer === undefined ? spans : [...spans, ...openSpans(answer.items, now)];
  }, [store, spans, answer]);
  const findings = useMemo(
    () => [...found.values()].filter((finding) => service === undefined || finding.service === service),
    [found, service],
  );
  return <TimelineView spans={all} findings={findings} loading={loading} full={full} />;
}
