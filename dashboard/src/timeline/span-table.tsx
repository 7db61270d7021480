import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, type ReactNode } from "react";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { siteText } from "../sentence.ts";
import { clockOf } from "./axis.ts";
import { isOpen, type Span } from "./span.ts";

interface SpanTableProps {
  /** Those in sight, by their start. */
  readonly spans: readonly Span[];
  readonly selected: Span | undefined;
  readonly onSelect: (span: Span) => void;
}

const rowPx = 32;
const columns = ["Kind", "Primitive", "Task", "Began", "Duration", "Outcome", "Site"] as const;

/** The bars in sight as rows. Only rows in sight are on the page, however many there are. */
export function SpanTable({ spans, selected, onSelect }: SpanTableProps): ReactNode {
  const frame = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: spans.length,
    getScrollElement: () => frame.current,
    estimateSize: () => rowPx,
    overscan: 10,
  });
  return (
    // The only way to scroll it with a keyboard is to stand on it.
    <div
      className="span-table panel"
      ref={frame}
      tabIndex={0}
      role="region"
      aria-label="Waits and holds, as a table"
    >
      <div role="table" aria-label="Waits and holds" aria-rowcount={spans.length + 1}>
        <div role="row" aria-rowindex={1} className="span-row head">
          {columns.map((name) => (
            <span role="columnheader" key={name}>
              {name}
            </span>
          ))}
        </div>
        <div role="rowgroup" style={{ height: rows.getTotalSize(), position: "relative" }}>
          {rows.getVirtualItems().map(({ index, start }) => {
            const span = spans[index];
            if (span === undefined) return undefined;
            return (
              <div
                role="row"
                key={span.id}
                aria-rowindex={index + 2}
                className="span-row"
                data-selected={span === selected}
                style={{ transform: `translateY(${start}px)` }}
              >
                <Cells span={span} onSelect={onSelect} />
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Cells({
  span,
  onSelect,
}: {
  readonly span: Span;
  readonly onSelect: (span: Span) => void;
}): ReactNode {
  const { kind, primitive, task, start, end, outcome, site } = span;
  return (
    <>
      <span role="cell">
        <button type="button" className={`span-kind ${kind}`} onClick={() => onSelect(span)}>
          {kind}
        </button>
      </span>
      <span role="cell">
        <PrimitiveName name={primitive.name} />
      </span>
      <span role="cell">
        <bdi>{task ?? "–"}</bdi>
      </span>
      <span role="cell">{clockOf(start, 1)}</span>
      <span role="cell">{`${formatDuration((end - start) / 1000)}${isOpen(span) ? " so far" : ""}`}</span>
      <span role="cell">{outcome === "" ? "–" : outcome.replace("_", " ")}</span>
      <span role="cell" title={site === null ? undefined : siteText(site)}>
        {site === null ? "not sampled" : <bdi>{siteText(site)}</bdi>}
      </span>
    </>
  );
}
