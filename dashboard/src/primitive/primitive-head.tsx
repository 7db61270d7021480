import type { PrimitiveDetail } from "@holdup/protocol";
import type { ReactNode } from "react";
import { countOf, formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { FindingMarks } from "../hot-spots/finding-marks.tsx";
import { SiteLabel } from "../hot-spots/site-label.tsx";
import { Story } from "../hot-spots/story.tsx";
import { usePlace } from "../location.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { useRecorded } from "../recorded/use-recorded.ts";
import { formatShare } from "../share.ts";
import { useHoldup } from "../store.ts";
import { timeWords } from "../time-words.ts";
import { createdAt } from "./created-at.ts";
import { spotOf, utilisation } from "./figures.ts";

interface PrimitiveHeadProps {
  /** `hotSpotKey` of the primitive. */
  readonly id: string;
  readonly detail: PrimitiveDetail;
}

/** Which primitive it is, its story in a sentence, and its figures. */
export function PrimitiveHead({ id, detail }: PrimitiveHeadProps): ReactNode {
  const { range } = usePlace();
  const row = useHoldup((state) => state.rows.get(id));
  const windowSeconds = useHoldup((state) => state.windowSeconds);
  const all = useHoldup((state) => state.rows);
  const spot = spotOf(detail, row, range === undefined ? [...all.values()] : []);
  const { name, type } = detail.primitive;
  const made = createdAt(name);
  const recorded = useRecorded();
  const held = utilisation(detail);
  return (
    <section className="panel verdict" aria-label="Selected primitive">
      <header>
        <h2>
          <PrimitiveName name={name} />
        </h2>
        <bdi className="tag" title={type}>
          {type}
        </bdi>
        <bdi className="tag" title={detail.service}>
          {detail.service}
        </bdi>
        <FindingMarks spot={detail} />
      </header>
      <Story spot={spot} when={timeWords(range, windowSeconds, recorded)} />
      <dl className="figures">
        <Figure name="Operations" value={formatCount(detail.operations)} note={waited(detail)} />
        <Figure
          name="Wait p50 · p95 · p99"
          value={three(detail.wait)}
          note={`at most ${formatDuration(detail.wait.max)}`}
        />
        <Figure
          name="Hold p50 · p95 · p99"
          value={three(detail.hold)}
          note={`at most ${formatDuration(detail.hold.max)}`}
        />
        {detail.handoff.count > 0 && (
          <Figure
            name="Hand-off p99"
            value={formatDuration(detail.handoff.p99)}
            note="from the grant until the code ran on: the event loop's part"
          />
        )}
        {held !== undefined && <Figure name="Held" value={held.value} note={held.note} />}
        {detail.outcomes
          .filter(({ outcome }) => outcome !== "granted")
          .map(({ operation, outcome, operations }) => (
            <Figure
              key={`${operation} ${outcome}`}
              name={`${operation}: ${outcome.replaceAll("_", " ")}`}
              value={formatCount(operations)}
              note={countOf(operations, "operation")}
            />
          ))}
        {made !== undefined && (
          <div>
            <dt>Created at</dt>
            <dd>
              <SiteLabel site={made} tabIndex={0} />
            </dd>
          </div>
        )}
      </dl>
    </section>
  );
}

function Figure({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <strong>{value}</strong>
        <span className="figure-note">{note}</span>
      </dd>
    </div>
  );
}

function waited({ contended, operations }: PrimitiveDetail): string {
  return `${formatShare(operations === 0 ? 0 : contended / operations)} waited`;
}

function three({ p50, p95, p99 }: PrimitiveDetail["wait"]): string {
  return [p50, p95, p99].map(formatDuration).join(" · ");
}
