import type { ReactNode } from "react";
import { CopyButton } from "../copy-button.tsx";
import { formatDuration } from "../duration.ts";
import { SiteLabel } from "../hot-spots/site-label.tsx";
import { PrimitiveName } from "../primitive-name.tsx";
import { clockOf } from "./axis.ts";
import { isOpen, type Span } from "./span.ts";

interface SpanDetailsProps {
  readonly span: Span;
  /** The holds that a wait waited behind, and the wait that a hold was granted after, as far as they are there. */
  readonly linked: readonly Span[];
  readonly onSelect: (span: Span) => void;
  readonly onClose: () => void;
}

/** Everything known of one bar. */
export function SpanDetails({ span, linked, onSelect, onClose }: SpanDetailsProps): ReactNode {
  const { kind, primitive, task, service, site, start, end } = span;
  return (
    <section className="span-details" aria-label={`${kind} ${primitive.name}`}>
      <header>
        <span className={`span-kind ${kind}`}>{kind}</span>
        <h3>
          <PrimitiveName name={primitive.name} />
        </h3>
        <button type="button" className="plain" onClick={onClose}>
          Close
        </button>
      </header>
      <dl>
        <Fact name="Duration">{durationOf(span)}</Fact>
        {kind === "wait" && !isOpen(span) && <Parts span={span} />}
        <Fact name="Began">{clockOf(start, 1)}</Fact>
        <Fact name="Ended">{isOpen(span) ? "not yet" : clockOf(end, 1)}</Fact>
        <Fact name="Task">{task === null ? "outside of tasks" : <bdi>{task}</bdi>}</Fact>
        <Fact name="Primitive">{`${primitive.type} in ${service}`}</Fact>
        <Fact name="Operation">{span.operation}</Fact>
        {span.outcome !== "" && <Fact name="Outcome">{span.outcome.replace("_", " ")}</Fact>}
        {span.permits > 1 && <Fact name="Permits">{String(span.permits)}</Fact>}
        <Fact name={kind === "wait" ? "Waited at" : "Taken at"}>
          {site === null ? (
            <span className="nobody">not sampled</span>
          ) : (
            <SiteLabel site={site} tabIndex={0} />
          )}
        </Fact>
        {span.traceId !== "" && (
          <>
            <Id name="Trace" id={span.traceId} />
            <Id name="Span" id={span.spanId} />
          </>
        )}
      </dl>
      {linked.length > 0 && (
        <>
          <h4>{kind === "wait" ? "Waited behind" : "Was waited for in"}</h4>
          <ul>
            {linked.map((other) => (
              <li key={other.id}>
                <button type="button" className="plain" onClick={() => onSelect(other)}>
                  {`${other.kind} of ${formatDuration((other.end - other.start) / 1000)} by `}
                  <bdi>{other.task ?? "code outside of tasks"}</bdi>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function durationOf(span: Span): string {
  const time = formatDuration((span.end - span.start) / 1000);
  return isOpen(span) ? `${time} so far` : time;
}

function Parts({ span: { start, granted, end } }: { readonly span: Span }): ReactNode {
  return (
    <>
      <Fact name="Blocked">{formatDuration((granted - start) / 1000)}</Fact>
      <Fact name="Hand-off">{`${formatDuration((end - granted) / 1000)} until the event loop ran it on`}</Fact>
    </>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Id({ name, id }: { readonly name: string; readonly id: string }): ReactNode {
  return (
    <Fact name={name}>
      <span className="span-id">
        <code data-copied>{id}</code>
        <CopyButton text={id} what={`${name.toLowerCase()} id`} />
      </span>
    </Fact>
  );
}
