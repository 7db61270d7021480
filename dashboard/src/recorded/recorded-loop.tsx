import { useMemo, type ReactNode } from "react";
import { countOf } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { LoopBlocks } from "../event-loop/loop-blocks.tsx";
import { PrimitiveName } from "../primitive-name.tsx";
import { useHoldup } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import type { RecordedRun } from "./recorded-run.ts";

/** What a recording knows of event loops: how late timers were, what blocked them, and what waiting was theirs. */
export function RecordedLoop({ run }: { readonly run: RecordedRun }): ReactNode {
  const findings = useHoldup((state) => state.findings);
  const blocks = useMemo(
    () => [...findings.values()].filter(({ kind }) => kind === "blocked-event-loop"),
    [findings],
  );
  return (
    <div className="event-loop">
      <p className="nothing">
        How an event loop went from second to second is not in a recording; <code>holdup run</code> shows it
        live.
      </p>
      <div className="loop-charts">
        <Timers run={run} />
        <HandOffs />
      </div>
      <LoopBlocks blocks={blocks} />
    </div>
  );
}

function Timers({ run: { threads } }: { readonly run: RecordedRun }): ReactNode {
  return (
    <section className="panel loop-panel loop-waits" aria-labelledby="loop-timers-title">
      <h3 id="loop-timers-title">How busy its threads were</h3>
      <div className="loop-scroller" tabIndex={0} role="region" aria-labelledby="loop-timers-title">
        <table>
          <thead>
            <tr>
              <th scope="col">Thread</th>
              <th scope="col">Timers late, in the median</th>
              <th scope="col">Ready, without a processor</th>
            </tr>
          </thead>
          <tbody>
            {threads.map(({ label, timersLateMs, delayedMs }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{formatDuration(timersLateMs / 1000)}</td>
                <td>{delayedMs === null ? "not known" : formatDuration(delayedMs / 1000)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** More than anyone reads; those of the costliest come first. */
const mostRows = 50;

function HandOffs(): ReactNode {
  const { answer } = useAnswer({ name: "eventLoops" });
  const waits = (answer?.items ?? [])
    .flatMap((history) => history.waits)
    .filter(({ handoffSeconds }) => handoffSeconds > 0)
    .toSorted((a, b) => b.handoffSeconds - a.handoffSeconds);
  return (
    <section className="panel loop-panel loop-waits" aria-labelledby="loop-handoffs-title">
      <h3 id="loop-handoffs-title">From the grant until the loop ran the code on</h3>
      {waits.length === 0 ? (
        <p className="nothing">Nobody waited.</p>
      ) : (
        <div className="loop-scroller" tabIndex={0} role="region" aria-labelledby="loop-handoffs-title">
          <table>
            <thead>
              <tr>
                <th scope="col">Primitive</th>
                <th scope="col">Hand-offs together</th>
                <th scope="col">Blocked until the grant</th>
              </tr>
            </thead>
            <tbody>
              {waits.slice(0, mostRows).map(({ primitive, handoffSeconds, waitSeconds }) => (
                <tr key={`${primitive.type} ${primitive.name}`}>
                  <th scope="row">
                    <PrimitiveName name={primitive.name} />
                  </th>
                  <td>{formatDuration(handoffSeconds)}</td>
                  <td>{formatDuration(waitSeconds)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {waits.length > mostRows && (
        <p className="nothing">and {countOf(waits.length - mostRows, "more primitive")}</p>
      )}
    </section>
  );
}
