import type { KeptFinding } from "@holdup/protocol";
import { useMemo, useRef, type ReactNode } from "react";
import { countOf } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { useOwn } from "../location.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { Segments } from "../segments.tsx";
import "../styles/timeline.css";
import { useChoice } from "../use-choice.ts";
import { clockOf } from "./axis.ts";
import { handOffsOf } from "./hand-offs.ts";
import { holdsKeptSince } from "./kept-since.ts";
import { lanesOf, type LaneBy } from "./lanes.ts";
import { Minimap } from "./minimap.tsx";
import { SpanDetails } from "./span-details.tsx";
import { SpanTable } from "./span-table.tsx";
import type { Span } from "./span.ts";
import { boundsOf, showing, within, type TimeWindow } from "./time-window.ts";
import { TimelineCanvas } from "./timeline-canvas.tsx";
import { useZoom } from "./use-zoom.ts";
import { spansIn } from "./visible.ts";

interface TimelineViewProps {
  /** In any order. */
  readonly spans: readonly Span[];
  readonly findings: readonly KeptFinding[];
  /** Whether more of them are on their way. */
  readonly loading: boolean;
  /** How many are left out because there are too many. */
  readonly full: boolean;
}

const lanesBy = [
  { value: "primitive", text: "By primitive" },
  { value: "task", text: "By task" },
] as const;

const forms = [
  { value: "timeline", text: "Timeline" },
  { value: "table", text: "Table" },
] as const;

/** Who waited and who held, when: bars over time, and a table of the same. */
export function TimelineView({ spans, findings: all, loading, full }: TimelineViewProps): ReactNode {
  const [by, setBy] = useChoice<LaneBy>("lanes", lanesBy);
  const [form, setForm] = useChoice<(typeof forms)[number]["value"]>("as", forms);
  const [chosen, setChosen] = useZoom();
  const [selectedId, setSelectedId] = useOwn("span");
  const details = useRef<HTMLElement>(null);

  const bounds = useMemo(() => boundsOf(spans), [spans]);
  const findings = useMemo(() => all.filter((finding) => isIn(finding, bounds)), [all, bounds]);
  const lanes = useMemo(() => lanesOf(spans, by), [spans, by]);
  const handOffs = useMemo(() => handOffsOf(spans), [spans]);
  const holdsSince = useMemo(() => (loading ? undefined : holdsKeptSince(spans)), [spans, loading]);
  const byId = useMemo(() => new Map(spans.map((span) => [span.id, span])), [spans]);
  const selected = byId.get(selectedId);
  const linked = useMemo(
    () => (selected === undefined ? [] : linkedTo(selected, byId, spans)),
    [selected, byId, spans],
  );
  const shown = useMemo(
    () => (bounds === undefined ? undefined : chosen === undefined ? bounds : within(chosen, bounds)),
    [bounds, chosen],
  );
  if (bounds === undefined || shown === undefined) return <Nothing loading={loading} />;

  const select = (span: Span | undefined) => {
    setSelectedId(span?.id ?? "");
    if (span !== undefined) setChosen(chosen === undefined ? undefined : showing(shown, span, bounds));
  };
  const visit = (span: Span) => {
    setSelectedId(span.id);
    setChosen(showing(shown, span, bounds));
  };
  return (
    <div className="timeline">
      <header className="timeline-bar">
        <Segments legend="Lanes" value={by} options={lanesBy} onChoose={setBy} />
        <Segments legend="How to show them" value={form} options={forms} onChoose={setForm} />
        <ul className="timeline-legend" aria-label="Key">
          <li className="key-hold">holds</li>
          <li className="key-wait">waits</li>
          <li className="key-granted">granted, not yet run on</li>
          <li className="key-hand-off">handed over</li>
        </ul>
        <span className="spacer" />
        <p className="timeline-count" role="status">
          {`${countOf(spans.length, "span")}${loading ? ", loading …" : ""}${full ? ", the latest" : ""}${holdsSince === undefined ? "" : `; holds are kept since ${clockOf(holdsSince, 1000)}`}`}
        </p>
      </header>
      <div className="timeline-overview">
        <p>
          {clockOf(shown.from, 1)} to {clockOf(shown.to, 1)}
          <span className="nothing"> {formatDuration((shown.to - shown.from) / 1000)}</span>
        </p>
        <Minimap spans={spans} bounds={bounds} window={shown} onWindow={setChosen} />
      </div>
      <div className="timeline-body">
        {form === "table" ? (
          <SpanTable
            spans={spansIn(
              lanes.flatMap(({ rows }) => rows),
              shown,
            )}
            selected={selected}
            onSelect={select}
          />
        ) : (
          <TimelineCanvas
            lanes={lanes}
            handOffs={handOffs}
            findings={findings}
            window={shown}
            bounds={bounds}
            onWindow={setChosen}
            selected={selected}
            onSelect={select}
            onEnter={() => details.current?.querySelector<HTMLElement>("a, button")?.focus()}
          />
        )}
        {(selected !== undefined || findings.length > 0) && (
          <aside className="timeline-panel panel" ref={details} aria-label="Details" aria-live="polite">
            {selected !== undefined && (
              <SpanDetails
                span={selected}
                linked={linked}
                onSelect={visit}
                onClose={() => setSelectedId("")}
              />
            )}
            {findings.length > 0 && <Marks findings={findings} bounds={bounds} onWindow={setChosen} />}
          </aside>
        )}
      </div>
      <p className="timeline-keys" id="timeline-keys">
        <kbd>w</kbd> <kbd>s</kbd> or <kbd>+</kbd> <kbd>-</kbd> zoom, <kbd>a</kbd> <kbd>d</kbd> move,{" "}
        <kbd>0</kbd> all, arrow keys go from bar to bar, <kbd>Enter</kbd> to its details.
      </p>
    </div>
  );
}

function isIn({ firstSeen }: KeptFinding, bounds: TimeWindow | undefined): boolean {
  return bounds !== undefined && firstSeen >= bounds.from && firstSeen <= bounds.to;
}

interface MarksProps {
  readonly findings: readonly KeptFinding[];
  readonly bounds: TimeWindow;
  readonly onWindow: (window: TimeWindow) => void;
}

/** How much of the time is shown around a finding. */
const aroundMs = 3000;

function Marks({ findings, bounds, onWindow }: MarksProps): ReactNode {
  return (
    <section className="timeline-marks" aria-label="Findings">
      <h3>Findings</h3>
      <ul>
        {findings.map(({ service, instance, id, kind, severity, message, firstSeen }) => (
          <li key={JSON.stringify([service, instance, id])}>
            <button
              type="button"
              className="plain"
              data-severity={severity}
              title={message}
              onClick={() =>
                onWindow(within({ from: firstSeen - aroundMs, to: firstSeen + aroundMs }, bounds))
              }
            >
              {`${kind.replaceAll("-", " ")}, ${clockOf(firstSeen, 1000)}`}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Nothing({ loading }: { readonly loading: boolean }): ReactNode {
  const recorded = useRecorded() !== undefined;
  return (
    <div className="timeline-nothing">
      <p>{loading ? "Looking for waits and holds …" : "No single wait or hold is kept of that time."}</p>
      {!loading && (
        <p>
          {recorded
            ? "A recording has those of the last 30 seconds of each thread."
            : "Spans are kept of waits that last, and of the holds that they waited behind."}
        </p>
      )}
    </div>
  );
}

function linkedTo(span: Span, byId: ReadonlyMap<string, Span>, spans: readonly Span[]): Span[] {
  if (span.kind === "wait") return span.holders.flatMap((id) => byId.get(id) ?? []);
  return spans.filter((other) => other.holders.includes(span.id)).slice(0, 20);
}
