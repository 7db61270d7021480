import {
  change,
  figureSentence,
  quantileMs,
  type PrimitiveComparison,
  type PrimitiveFacts,
} from "@holdup/recording";
import { useState, type ReactNode } from "react";
import { formatDuration } from "../duration.ts";
import { SiteLabel } from "../hot-spots/site-label.tsx";
import { VerdictMark } from "./verdict.tsx";

/** One thing that is told of both sides. */
interface Column {
  readonly title: string;
  /** Milliseconds. */
  readonly of: (side: PrimitiveFacts) => number;
}

const columns: readonly Column[] = [
  { title: "Wait p50", of: ({ waits }) => quantileMs(waits, 0.5) },
  { title: "Wait p99", of: ({ waits }) => quantileMs(waits, 0.99) },
  { title: "Hold p50", of: ({ holds }) => quantileMs(holds, 0.5) },
  { title: "Hold p99", of: ({ holds }) => quantileMs(holds, 0.99) },
  { title: "Blocked", of: ({ blockedMs }) => blockedMs },
  { title: "Blame", of: ({ blameMs }) => blameMs },
  { title: "Hand-off", of: ({ handoffMs }) => handoffMs },
];

/** The primitives of both sides, and what of each is known how surely. */
export function ComparisonTable({
  primitives,
}: {
  readonly primitives: readonly PrimitiveComparison[];
}): ReactNode {
  const [open, setOpen] = useState<string>();
  if (primitives.length === 0) return <p className="nothing">Neither recording has a primitive.</p>;
  return (
    <div className="compare-table" tabIndex={0} role="region" aria-label="Primitives, base and head">
      <table>
        <thead>
          <tr>
            <th scope="col">Verdict</th>
            <th scope="col">Primitive</th>
            {columns.map(({ title }) => (
              <th key={title} scope="col" className="number">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        {primitives.map((primitive) => {
          const key = `${primitive.type} ${primitive.name}`;
          return (
            <Rows
              key={key}
              primitive={primitive}
              open={open === key}
              onToggle={() => setOpen(open === key ? undefined : key)}
            />
          );
        })}
      </table>
    </div>
  );
}

interface RowsProps {
  readonly primitive: PrimitiveComparison;
  readonly open: boolean;
  readonly onToggle: () => void;
}

function Rows({ primitive, open, onToggle }: RowsProps): ReactNode {
  const { name, type, base, head, verdict } = primitive;
  return (
    <tbody>
      <tr>
        <td>
          <VerdictMark verdict={verdict} />
        </td>
        <th scope="row">
          <button type="button" className="link" aria-expanded={open} onClick={onToggle}>
            <bdi>{name}</bdi>
          </button>{" "}
          <span className="nothing">{type}</span>
        </th>
        {columns.map(({ title, of }) => (
          <td key={title} className="number">
            <Change base={base === null ? undefined : of(base)} head={head === null ? undefined : of(head)} />
          </td>
        ))}
      </tr>
      {open && (
        <tr>
          <td colSpan={2 + columns.length}>
            <Figures primitive={primitive} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Change({
  base,
  head,
}: {
  readonly base: number | undefined;
  readonly head: number | undefined;
}): ReactNode {
  return (
    <>
      <span className="compare-base">{durationText(base)} → </span>
      {durationText(head)}
    </>
  );
}

function durationText(ms: number | undefined): string {
  return ms === undefined ? "–" : formatDuration(ms / 1000);
}

function Figures({ primitive }: Pick<RowsProps, "primitive">): ReactNode {
  const { figures } = primitive;
  if (figures.length === 0) return <p className="nothing">Too few operations on one side to judge.</p>;
  return (
    <ul className="compare-figures">
      {figures.map((figure) => (
        <li key={`${figure.metric} ${JSON.stringify(figure.site)}`}>
          <VerdictMark verdict={figure.verdict} />
          <span>
            {figureSentence(primitive, figure)}
            {figure.low > 0 && `, between ${change(figure.low)} and ${change(figure.high)} at 95 %`}
            {figure.doubt !== "" && <span className="nothing"> {figure.doubt}</span>}
          </span>
          {figure.site !== null && <SiteLabel site={figure.site} tabIndex={0} />}
        </li>
      ))}
    </ul>
  );
}
