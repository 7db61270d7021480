import { hotSpotKey, type PrimitiveDetail } from "@holdup/protocol";
import { useMemo, useState, type ReactNode } from "react";
import { goTo, usePlace } from "../location.ts";
import { nameText } from "../primitive-name.tsx";
import { useRecorded } from "../recorded/use-recorded.ts";
import { useHoldup } from "../store.ts";
import { useAnswer } from "../use-answer.ts";
import { useSpan } from "../use-span.ts";
import { HeatMap } from "./heat-map.tsx";
import { HoldersDid } from "./holders-did.tsx";
import { LongestWaits } from "./longest-waits.tsx";
import { PercentileChart } from "./percentile-chart.tsx";
import { PrimitiveHead } from "./primitive-head.tsx";
import { StateNow } from "./state-now.tsx";
import { DurationHistogram } from "./duration-histogram.tsx";
import { WaitMatrix } from "./wait-matrix.tsx";
import { heatOf, sameCell, type Cell } from "./heat.ts";
import "../styles/primitive.css";

/** Everything known of one primitive: how long its waits and holds took, when, whose they were, and who is there now. */
export function Primitive(): ReactNode {
  const { selected } = usePlace();
  const rows = useHoldup((state) => state.rows);
  const span = useSpan();
  const [top] = [...rows].toSorted(([, a], [, b]) => b.blameSeconds - a.blameSeconds);
  const key = selected ?? top?.[0] ?? "";
  const identity = identityOf(key);
  const { answer, failed, stale } = useAnswer(
    identity === undefined ? undefined : { name: "primitive", ...identity, ...span },
  );
  const detail = stale ? undefined : answer;
  return (
    <div className="primitive">
      <Picker selected={key} />
      {detail === undefined || detail === null ? (
        <p className="panel primitive-none">
          {failed
            ? "The collector did not answer. Asking again by itself."
            : detail === null
              ? "Nothing is known of it in this time."
              : "Asking …"}
        </p>
      ) : (
        <Parts key={key} id={key} detail={detail} />
      )}
    </div>
  );
}

function Parts({ id, detail }: { readonly id: string; readonly detail: PrimitiveDetail }): ReactNode {
  const [chosen, choose] = useState<Cell>();
  const { series, stepSeconds } = detail;
  const heat = useMemo(() => heatOf(series, stepSeconds), [series, stepSeconds]);
  // As it is now: more may have been counted since it was chosen.
  const cell = chosen === undefined ? undefined : (heat.cells.find((one) => sameCell(one, chosen)) ?? chosen);
  const { name } = detail.primitive;
  const recorded = useRecorded() !== undefined;
  return (
    <>
      <PrimitiveHead id={id} detail={detail} />
      <div className="primitive-grid">
        <PercentileChart measure="wait" detail={detail} />
        {recorded ? (
          // When holds were how long is not in a recording.
          <>
            <DurationHistogram measure="wait" name={name} distribution={detail.wait} />
            <WaitMatrix matrix={detail.matrix} />
            <HoldersDid activities={detail.activities} />
            <HeatMap heat={heat} cell={cell} onChoose={choose} />
            <DurationHistogram measure="hold" name={name} distribution={detail.hold} />
            <StateNow detail={detail} />
            <LongestWaits detail={detail} cell={cell} onForget={() => choose(undefined)} />
          </>
        ) : (
          <>
            <StateNow detail={detail} />
            <WaitMatrix matrix={detail.matrix} />
            <HoldersDid activities={detail.activities} />
            <HeatMap heat={heat} cell={cell} onChoose={choose} />
            <DurationHistogram measure="wait" name={name} distribution={detail.wait} />
            <LongestWaits detail={detail} cell={cell} onForget={() => choose(undefined)} />
            <PercentileChart measure="hold" detail={detail} />
            <DurationHistogram measure="hold" name={name} distribution={detail.hold} />
          </>
        )}
      </div>
    </>
  );
}

/** Chooses another primitive, the costliest first. */
function Picker({ selected }: { readonly selected: string }): ReactNode {
  const rows = useHoldup((state) => state.rows);
  const all = [...rows.values()].toSorted((a, b) => b.blameSeconds - a.blameSeconds);
  const several = new Set(all.map(({ service }) => service)).size > 1;
  const known = rows.has(selected);
  return (
    <label className="primitive-picker">
      <span>Primitive</span>
      <select value={selected} onChange={(event) => goTo({ selected: event.target.value })}>
        {!known && <option value={selected}>{nameText(identityOf(selected)?.primitive.name ?? "")}</option>}
        {all.map((spot) => (
          <option key={hotSpotKey(spot)} value={hotSpotKey(spot)}>
            {`${nameText(spot.primitive.name).slice(0, 60)} (${spot.primitive.type}${several ? `, ${spot.service}` : ""})`}
          </option>
        ))}
      </select>
    </label>
  );
}

// A key names its primitive, so that a link works before the first row arrives, and after the last is gone.
function identityOf(key: string): Pick<PrimitiveDetail, "service" | "primitive"> | undefined {
  try {
    const parts: unknown = JSON.parse(key);
    if (!Array.isArray(parts) || !parts.every((part) => typeof part === "string")) return undefined;
    const [service, type, name] = parts;
    if (service === undefined || type === undefined || name === undefined) return undefined;
    return { service, primitive: { type, name } };
  } catch {
    return undefined;
  }
}
