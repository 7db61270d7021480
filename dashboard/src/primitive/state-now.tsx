import type { Party, PrimitiveDetail } from "@holdup/protocol";
import type { ReactNode } from "react";
import { countOf } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { goTo, useIsLive } from "../location.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { partiesNow } from "./parties.ts";
import { SiteLabel } from "../hot-spots/site-label.tsx";

/** More than anyone reads of a queue that moves. */
const maxParties = 20;

/** Who holds it and who waits right now, in the order of the queue. */
export function StateNow({ detail }: { readonly detail: PrimitiveDetail }): ReactNode {
  const isLive = useIsLive();
  const recorded = useRecorded() !== undefined;
  const title = recorded ? "When the run ended" : "Right now";
  return (
    <section className="panel state-now" aria-label={title}>
      <h2>{title}</h2>
      {isLive || recorded ? <Told detail={detail} /> : <AnotherTime />}
    </section>
  );
}

function Told({ detail }: { readonly detail: PrimitiveDetail }): ReactNode {
  const { state } = detail;
  const recorded = useRecorded() !== undefined;
  const { holders, waiters } = partiesNow(detail);
  return (
    <>
      {/* Of a recording only who held what was waited for is known. */}
      {!(recorded && waiters === 0) && (
        <p className="nothing">
          {countOf(holders, "holder")}, {countOf(waiters, "waiter")}
        </p>
      )}
      {state === null ? (
        <p className="nothing">
          {recorded
            ? "Nobody waited for it any more."
            : waiters === 0
              ? "Nobody waits; who holds it is told while somebody does."
              : "Who it is was not told within the last seconds."}
        </p>
      ) : (
        <>
          <Parties title="Held by" parties={state.holders} none="Nobody holds it." />
          <Parties title="Waiting, first to last" parties={state.waiters} none="Nobody waits." />
        </>
      )}
    </>
  );
}

// Who it was then is not kept, and who it is now has no place beside figures of another time.
function AnotherTime(): ReactNode {
  return (
    <p className="nothing">
      Who holds and who waits is known of now only, and the page shows another time.{" "}
      <button type="button" className="link" onClick={() => goTo({ range: undefined, pausedAt: undefined })}>
        Back to live
      </button>
    </p>
  );
}

interface PartiesProps {
  readonly title: string;
  readonly parties: readonly Party[];
  readonly none: string;
}

function Parties({ title, parties, none }: PartiesProps): ReactNode {
  return (
    <>
      <h3>{title}</h3>
      {parties.length === 0 && <p className="nothing">{none}</p>}
      <ol className="parties">
        {parties.slice(0, maxParties).map(({ task, site, sinceMs, operation }, index) => (
          // The place in the queue is what a party is known by.
          <li key={index}>
            <strong>{formatDuration(sinceMs / 1000)}</strong>
            <span className="party">
              <bdi className="name" title={task ?? undefined}>
                {task ?? "outside of a task"}
              </bdi>
              <span className="nothing">{operation}</span>
            </span>
            {site === null ? (
              <span className="nobody">not sampled</span>
            ) : (
              <SiteLabel site={site} tabIndex={0} />
            )}
          </li>
        ))}
      </ol>
      {parties.length > maxParties && (
        <p className="nothing">and {countOf(parties.length - maxParties, "more")}</p>
      )}
    </>
  );
}
