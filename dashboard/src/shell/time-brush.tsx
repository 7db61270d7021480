import { findingKey } from "@holdup/protocol";
import { useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { formatClock, formatStretch } from "../age.ts";
import { Icon } from "../icon.tsx";
import { goTo, moveTo, usePlace, type Range } from "../location.ts";
import { muteKey } from "../findings/mute.ts";
import { formatDuration } from "../duration.ts";
import { formatRate } from "../rate.ts";
import type { RecordedRun } from "../recorded/recorded-run.ts";
import { useRecorded } from "../recorded/use-recorded.ts";
import { sessionRates } from "../session.ts";
import { useHoldup } from "../store.ts";
import { useSettled } from "../use-settled.ts";
import { brushDomain, moved, rangeBetween, timeAt } from "./brush-domain.ts";

/** As many as can be told apart, and none shorter than a second. */
const mostSteps = 240;
const height = 36;

/**
 * All waiting of the session, and which stretch of it the page shows: drawn across, or moved by its two ends with the arrow
 * keys. The marks are when findings were made.
 */
export function TimeBrush(): ReactNode {
  const recorded = useRecorded();
  return recorded === undefined ? <LiveBrush /> : <RecordedCourse run={recorded} />;
}

/** All waiting of a run, with its findings: all of it is shown, and nothing is to be chosen. */
function RecordedCourse({ run: { whole, stepMs, durationMs } }: { readonly run: RecordedRun }): ReactNode {
  const session = useHoldup((state) => state.session);
  const steps = Math.round((whole.to - whole.from) / stepMs);
  const rates = sessionRates(session, whole.from, whole.to, steps, stepMs);
  const most = Math.max(...rates);
  return (
    <section className="brush" aria-label="Time">
      <p className="brush-text">
        <strong>The whole run</strong> · {formatDuration(durationMs / 1000)} from {formatClock(whole.from)} to{" "}
        {formatClock(whole.to)}
      </p>
      <div className="brush-track" data-fixed="">
        <svg
          viewBox={`0 0 ${steps} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Blocked time of the run, at most ${formatRate(most)} per second`}
        >
          <polygon className="brush-shape" points={outline(rates, most)} />
        </svg>
        <Marks across={(time) => (100 * (time - whole.from)) / (whole.to - whole.from)} />
      </div>
    </section>
  );
}

function LiveBrush(): ReactNode {
  const {
    state: { session },
    end,
  } = useSettled();
  const { range } = usePlace();
  const [dragged, drag] = useState<Dragged>();
  const track = useRef<SVGSVGElement>(null);
  const domain = dragged?.domain ?? brushDomain(session[0]?.time, end, range);
  const shown = dragged === undefined ? range : rangeBetween(dragged.from, dragged.to);
  const across = (time: number) => (100 * (time - domain.from)) / (domain.to - domain.from);
  const steps = Math.min(mostSteps, Math.round((domain.to - domain.from) / 1000));
  const rates = sessionRates(session, domain.from, domain.to, steps);
  const most = Math.max(...rates);

  const begin = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const time = timeUnder(event, domain);
    drag({ domain, from: time, to: time });
  };
  const move = (event: PointerEvent) => {
    if (dragged !== undefined) drag({ ...dragged, to: timeUnder(event, dragged.domain) });
  };
  const finish = () => {
    if (dragged === undefined) return;
    drag(undefined);
    const chosen = rangeBetween(dragged.from, dragged.to);
    if (chosen !== undefined) goTo({ range: chosen });
  };
  return (
    <section className="brush" aria-label="Time">
      <p className="brush-text">
        {shown === undefined ? <Whole from={domain.from} to={end} /> : <Chosen range={shown} />}
      </p>
      <div className="brush-track">
        <svg
          ref={track}
          viewBox={`0 0 ${steps} ${height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={`Blocked time of the session, at most ${formatRate(most)} per second`}
          onPointerDown={begin}
          onPointerMove={move}
          onPointerUp={finish}
          onPointerCancel={() => drag(undefined)}
        >
          <polygon className="brush-shape" points={outline(rates, most)} />
          {shown !== undefined && <Shade from={across(shown.from)} to={across(shown.to)} />}
        </svg>
        <Marks across={across} />
        <Ends range={shown} domain={domain} across={across} />
      </div>
    </section>
  );
}

function timeUnder(event: PointerEvent, domain: Range): number {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  return timeAt((event.clientX - left) / width, domain);
}

interface Dragged extends Range {
  /** The page goes on; what is drawn under the pointer stays. */
  readonly domain: Range;
}

function Whole({ from, to }: Range): ReactNode {
  const { pausedAt } = usePlace();
  return (
    <>
      <strong>{pausedAt === undefined ? "Live" : `As of ${formatClock(pausedAt)}`}</strong> · session{" "}
      {formatStretch(to - from)} · draw across to choose a time
    </>
  );
}

function Chosen({ range: { from, to } }: { readonly range: Range }): ReactNode {
  return (
    <>
      <strong>
        {formatClock(from)} – {formatClock(to)}
      </strong>{" "}
      · {formatStretch(to - from)}
      <button type="button" className="link" onClick={() => goTo({ range: undefined })}>
        <Icon name="close" />
        Back to live
      </button>
    </>
  );
}

// What is not shown is shaded, so that the rest stands out.
function Shade({ from, to }: { readonly from: number; readonly to: number }): ReactNode {
  return (
    <>
      <rect className="brush-shade" x="0" y="0" height={height} width={`${clamp(from)}%`} />
      <rect className="brush-shade" x={`${clamp(to)}%`} y="0" height={height} width={`${100 - clamp(to)}%`} />
    </>
  );
}

function Marks({ across }: { readonly across: (time: number) => number }): ReactNode {
  const findings = useHoldup((state) => state.findings);
  const { muted } = usePlace();
  return [...findings.values()]
    .filter((finding) => !muted.includes(muteKey(finding)))
    .map((finding) => ({ finding, at: across(finding.firstSeen) }))
    .filter(({ at }) => at >= 0 && at <= 100)
    .map(({ finding, at }) => (
      <span
        key={findingKey(finding)}
        className="brush-mark"
        data-severity={finding.severity}
        style={{ left: `${at}%` }}
        title={`${formatClock(finding.firstSeen)}  ${finding.message}`}
      />
    ));
}

interface EndsProps {
  readonly range: Range | undefined;
  readonly domain: Range;
  readonly across: (time: number) => number;
}

function Ends({ range, domain, across }: EndsProps): ReactNode {
  const { from, to } = range ?? domain;
  const press = (end: "from" | "to") => (event: KeyboardEvent) => {
    const next = moved({ from, to }, end, event.key, event.shiftKey, domain);
    if (next === undefined) return;
    event.preventDefault();
    moveTo({ range: next });
  };
  return (["from", "to"] as const).map((end) => {
    const time = end === "from" ? from : to;
    return (
      <span
        key={end}
        className="brush-end"
        role="slider"
        tabIndex={0}
        data-set={range !== undefined}
        aria-label={end === "from" ? "Show from" : "Show until"}
        aria-valuemin={Math.round(domain.from)}
        aria-valuemax={Math.round(domain.to)}
        aria-valuenow={Math.round(time)}
        aria-valuetext={formatClock(time)}
        style={{ left: `${clamp(across(time))}%` }}
        onKeyDown={press(end)}
      />
    );
  });
}

function outline(rates: readonly number[], most: number): string {
  // A flat zero lies on the ground instead of dividing by nothing.
  const scale = most === 0 ? 0 : (height - 4) / most;
  const tops = rates.map((rate, step) => `${step + 0.5},${(height - 1 - rate * scale).toFixed(1)}`);
  return `0,${height} ${tops.join(" ")} ${rates.length},${height}`;
}

function clamp(percent: number): number {
  return Math.min(100, Math.max(0, percent));
}
