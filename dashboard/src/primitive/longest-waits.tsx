import type { KeptWait, PrimitiveDetail } from "@holdup/protocol";
import type { ReactNode } from "react";
import { formatClock } from "../age.ts";
import { CopyButton } from "../copy-button.tsx";
import { countOf, formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { SiteLabel } from "../hot-spots/site-label.tsx";
import { Icon } from "../icon.tsx";
import { traceHref } from "../links.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { useAnswer } from "../use-answer.ts";
import { useSpan } from "../use-span.ts";
import { cellText, type Cell } from "./heat.ts";

interface LongestWaitsProps {
  readonly detail: PrimitiveDetail;
  /** Only those of this cell. */
  readonly cell: Cell | undefined;
  readonly onForget: () => void;
}

/** As many as a collector gives at once; a recording has all at hand. */
const asked = 1000;
const all = 1_000_000;
const shown = 15;

/** The longest of the single waits that were kept, each with its trace. */
export function LongestWaits({
  detail: { service, primitive },
  cell,
  onForget,
}: LongestWaitsProps): ReactNode {
  const span = useSpan();
  const limit = useRecorded() === undefined ? asked : all;
  const stretch = cell === undefined ? span : { from: cell.from, to: cell.to };
  const { answer, stale } = useAnswer({
    name: "waits",
    service,
    primitive: primitive.name,
    limit,
    ...stretch,
  });
  const kept = (stale ? undefined : answer?.items) ?? [];
  const waits = kept
    .filter((wait) => wait.primitive.type === primitive.type && (cell === undefined || isIn(wait, cell)))
    .toSorted((a, b) => b.waitSeconds - a.waitSeconds);
  // A recording knows single waits without their traces.
  const traced = waits.some(({ traceId }) => traceId !== "");
  return (
    <section className="panel longest" aria-label="Longest waits">
      <header className="view-head">
        <h2>{cell === undefined ? "Longest waits" : "Waits of that cell"}</h2>
        {cell !== undefined && (
          <>
            <span>{cellText(cell)}</span>
            <button type="button" className="link" onClick={onForget}>
              <Icon name="close" />
              Show the longest of all
            </button>
          </>
        )}
        <p className="nothing">{keptWords(waits.length, kept.length === limit, cell)}</p>
      </header>
      {waits.length > 0 && (
        <div className="scroll-x" tabIndex={0} role="region" aria-label="Longest waits, table">
          <table>
            <thead>
              <tr>
                <th scope="col">Waited</th>
                <th scope="col">Blocked · hand-off</th>
                <th scope="col">At</th>
                <th scope="col">Outcome</th>
                <th scope="col">Task</th>
                <th scope="col">Waited for at</th>
                {traced && <th scope="col">Trace</th>}
              </tr>
            </thead>
            <tbody>
              {waits.slice(0, shown).map((wait) => (
                <WaitRow key={`${wait.traceId} ${wait.spanId}`} wait={wait} traced={traced} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function keptWords(waits: number, more: boolean, cell: Cell | undefined): string {
  if (waits === 0) return "No single wait was kept of this. The totals count all of them.";
  const longest = waits > shown ? `; the ${shown} longest` : "";
  // The newest cell grows while it is looked at.
  if (cell !== undefined && cell.count >= waits) {
    return `${formatCount(waits)} of its ${countOf(cell.count, "wait")} kept one by one${longest}`;
  }
  return `${countOf(waits, "single wait")} kept${more ? ", the newest" : ""}${longest}`;
}

function WaitRow({ wait, traced }: { readonly wait: KeptWait; readonly traced: boolean }): ReactNode {
  const {
    waitSeconds,
    blockedSeconds,
    handoffSeconds,
    start,
    operation,
    outcome,
    task,
    waiterSite,
    traceId,
  } = wait;
  return (
    <tr>
      <th scope="row">{formatDuration(waitSeconds)}</th>
      <td>
        {formatDuration(blockedSeconds)} · {formatDuration(handoffSeconds)}
      </td>
      <td>{formatClock(start)}</td>
      <td>
        {operation}, {outcome.replaceAll("_", " ")}
      </td>
      <td>
        <bdi className="name" title={task ?? undefined}>
          {task ?? "–"}
        </bdi>
      </td>
      <td>
        {waiterSite === null ? (
          <span className="nobody">not sampled</span>
        ) : (
          <SiteLabel site={waiterSite} tabIndex={0} />
        )}
      </td>
      {traced && (
        <td>
          <span className="trace">
            <Trace traceId={traceId} />
            <CopyButton text={traceId} what="trace id" />
          </span>
        </td>
      )}
    </tr>
  );
}

function Trace({ traceId }: { readonly traceId: string }): ReactNode {
  const href = traceHref(traceId);
  const text = <code data-copied>{traceId}</code>;
  if (href === undefined) return text;
  return (
    <a href={href} target="_blank" rel="noreferrer">
      {text}
    </a>
  );
}

function isIn({ end, blockedSeconds, waitSeconds }: KeptWait, { from, to, least, most }: Cell): boolean {
  const seconds = blockedSeconds || waitSeconds;
  return end > from && end <= to && seconds > least && seconds <= most;
}
