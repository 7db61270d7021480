import type { EventLoopHistory, KeptFinding } from "@holdup/protocol";
import { useMemo, type ReactNode } from "react";
import { useOwn, usePlace, type Range } from "../location.ts";
import { RecordedLoop } from "../recorded/recorded-loop.tsx";
import { useRecorded } from "../recorded/use-recorded.ts";
import { useHoldup } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import { useSpan } from "../use-span.ts";
import { LoopBlocks } from "./loop-blocks.tsx";
import { LoopChart } from "./loop-chart.tsx";
import { measures, verdictOf } from "./loop-lines.ts";
import { LoopWaits } from "./loop-waits.tsx";
import "../styles/event-loop.css";

/** How the event loop of a process did, and which waiting was its fault and not that of who held. */
export function EventLoop(): ReactNode {
  const recorded = useRecorded();
  return recorded === undefined ? <LiveLoop /> : <RecordedLoop run={recorded} />;
}

function LiveLoop(): ReactNode {
  const { service } = usePlace();
  const span = useSpan();
  const { answer, failed } = useAnswer({ name: "eventLoops", service, ...span });
  const [chosen, choose] = useOwn("process");
  if (answer === undefined) return <Loading failed={failed} />;
  const history = answer.items.find((item) => keyOf(item) === chosen) ?? answer.items[0];
  if (history === undefined) return <Nothing />;
  return (
    <div className="event-loop">
      <div className="loop-head">
        <ProcessPicker items={answer.items} chosen={keyOf(history)} onChoose={choose} />
        <p className="loop-verdict">{verdictOf(history)}</p>
      </div>
      <div className="loop-charts">
        {measures.map((measure) => (
          <LoopChart key={measure.name} measure={measure} history={history} />
        ))}
        <LoopWaits waits={history.waits} />
      </div>
      <Blocks history={history} span={span} />
    </div>
  );
}

function Loading({ failed }: { readonly failed: boolean }): ReactNode {
  return (
    <p className="nothing loop-nothing">
      {failed ? "The collector did not answer. Asking again by itself." : "Loading …"}
    </p>
  );
}

function Nothing(): ReactNode {
  return (
    <p className="nothing loop-nothing">
      Nothing is known of event loops in this time. Programs that are wired with Holdup tell of theirs, unless
      HOLDUP_EVENT_LOOP is none; an hour of it is kept.
    </p>
  );
}

interface ProcessPickerProps {
  readonly items: readonly EventLoopHistory[];
  readonly chosen: string;
  readonly onChoose: (key: string) => void;
}

function ProcessPicker({ items, chosen, onChoose }: ProcessPickerProps): ReactNode {
  return (
    <label className="loop-process">
      Process
      <select value={chosen} onChange={(event) => onChoose(event.target.value)}>
        {items.map((item) => (
          <option key={keyOf(item)} value={keyOf(item)}>
            {item.service} · {item.instance.slice(0, 8)}
          </option>
        ))}
      </select>
    </label>
  );
}

// From the live state, where a finding is as soon as it arrives.
function Blocks({
  history,
  span,
}: {
  readonly history: EventLoopHistory;
  readonly span: Range | undefined;
}): ReactNode {
  const findings = useHoldup((state) => state.findings);
  const blocks = useMemo(() => blocksOf(findings.values(), history, span), [findings, history, span]);
  return <LoopBlocks blocks={blocks} />;
}

function blocksOf(
  findings: Iterable<KeptFinding>,
  { service, instance }: EventLoopHistory,
  span: Range | undefined,
): KeptFinding[] {
  return [...findings]
    .filter(({ kind }) => kind === "blocked-event-loop")
    .filter((finding) => finding.service === service && finding.instance === instance)
    .filter(
      ({ firstSeen, lastSeen }) => span === undefined || (lastSeen >= span.from && firstSeen <= span.to),
    )
    .toSorted((a, b) => b.lastSeen - a.lastSeen);
}

function keyOf({ service, instance }: EventLoopHistory): string {
  return `${service} ${instance}`;
}
