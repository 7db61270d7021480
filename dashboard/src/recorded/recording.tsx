import type { ReactNode } from "react";
import { formatDay } from "../age.ts";
import { formatDuration } from "../duration.ts";
import { LinkSettings } from "../setup/link-settings.tsx";
import { WordList } from "../setup/word-list.tsx";
import "../styles/setup.css";
import type { RecordedRun } from "./recorded-run.ts";
import { lossWords } from "./run-losses.ts";
import { useRecorded } from "./use-recorded.ts";

/** What was recorded and what was not, where lines open, and what words mean. */
export function RecordingFacts(): ReactNode {
  const run = useRecorded();
  if (run === undefined) return null;
  return (
    <div className="setup">
      <section className="panel" aria-label="The run">
        <h2>The run</h2>
        <Run run={run} />
      </section>
      <section className="panel" aria-label="Threads">
        <h2>What was recorded</h2>
        <Threads run={run} />
      </section>
      <section className="panel" aria-label="What is missing">
        <h2>What is missing</h2>
        <ul className="missing">
          {run.missing.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
          {run.missing.length === 0 && <li>Every thread left a whole recording.</li>}
          <li className="nothing">
            Counts, waits, holds and blame are of every operation. Single waits and holds are of the last 30
            seconds of each thread. When holds were how long, and how event loops went, is not recorded:{" "}
            <code>holdup run</code> shows these live.
          </li>
        </ul>
      </section>
      <section className="panel" aria-label="Links">
        <h2>Where lines open</h2>
        <LinkSettings traced={false} />
      </section>
      <section className="panel" aria-label="Words">
        <h2>Words of this page</h2>
        <WordList />
      </section>
    </div>
  );
}

function Run({ run: { name, startedAt, durationMs, exitCode } }: { readonly run: RecordedRun }): ReactNode {
  const facts = [
    ["Script", name],
    ["Started", `${formatDay(startedAt)} (${new Date(startedAt).toISOString()})`],
    ["Took", formatDuration(durationMs / 1000)],
    ["Ended with exit code", String(exitCode)],
  ] as const;
  return (
    <table className="facts run">
      <tbody>
        {facts.map(([fact, value]) => (
          <tr key={fact}>
            <th scope="row">{fact}</th>
            <td>
              <bdi>{value}</bdi>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Threads({ run: { threads } }: { readonly run: RecordedRun }): ReactNode {
  return (
    <div className="scroll-x" tabIndex={0} role="region" aria-label="Threads, table">
      <table className="threads">
        <thead>
          <tr>
            <th scope="col">Thread</th>
            <th scope="col">Script</th>
            <th scope="col">Node</th>
            <th scope="col">For</th>
            <th scope="col">Timers late</th>
            <th scope="col">Without a processor</th>
            <th scope="col">Left out</th>
          </tr>
        </thead>
        <tbody>
          {threads.map(({ label, script, node, durationMs, timersLateMs, delayedMs, losses }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>
                <bdi>{script}</bdi>
              </td>
              <td>{node}</td>
              <td>{formatDuration(durationMs / 1000)}</td>
              <td>{formatDuration(timersLateMs / 1000)}</td>
              <td>{delayedMs === null ? "not known" : formatDuration(delayedMs / 1000)}</td>
              <td>{lossWords(losses) || "nothing"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
