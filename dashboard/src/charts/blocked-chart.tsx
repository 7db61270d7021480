import { useCallback, useMemo, useState, type ReactNode } from "react";
import { formatMoment } from "../age.ts";
import { formatTick } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { formatRate } from "../rate.ts";
import { useSettled } from "../use-settled.ts";
import { useShown } from "../use-shown-until.ts";
import { blockedOf } from "./blocked.ts";
import { blockedPlot, nameOf } from "./blocked-plot.ts";
import { ChartFrame } from "./chart-frame.tsx";
import { slotCount, type Ink } from "./ink.ts";
import type { Slots } from "./slots.ts";
import { useChart } from "./use-chart.ts";

interface BlockedChartProps {
  /** `hotSpotKey` of the selected row. */
  readonly selected: string;
  readonly onSelect: (key: string) => void;
}

/** Which primitive everyone waited for, minute by minute. The legend selects. */
export function BlockedChart({ selected, onSelect }: BlockedChartProps): ReactNode {
  const [slots, setSlots] = useState<Slots>([]);
  return (
    <section className="panel blocked" aria-label="Blocked time by primitive">
      <ChartFrame
        title="Blocked time by primitive"
        legend={<span className="chart-unit">per second</span>}
        chart={<Canvas onSlots={setSlots} />}
        table={<Table slots={slots} />}
      />
      <Legend slots={slots} selected={selected} onSelect={onSelect} />
    </section>
  );
}

function Canvas({ onSlots }: { readonly onSlots: (slots: Slots) => void }): ReactNode {
  const plotWith = useCallback((ink: Ink) => blockedPlot(ink, onSlots), [onSlots]);
  return <canvas ref={useChart("blocked", plotWith)} role="img" />;
}

function Legend({ slots, selected, onSelect }: BlockedChartProps & { readonly slots: Slots }): ReactNode {
  const { rows } = useSettled().state;
  const hasOthers = [...rows].some(([key, spot]) => spot.blameSeconds > 0 && !slots.includes(key));
  return (
    <ul className="stack-legend">
      {slots.map((key, slot) => {
        const name = key === undefined ? undefined : rows.get(key)?.primitive.name;
        if (key === undefined || name === undefined) return null;
        return (
          <li key={key}>
            <button type="button" aria-pressed={key === selected} onClick={() => onSelect(key)}>
              <Swatch slot={slot} />
              <PrimitiveName name={name} />
            </button>
          </li>
        );
      })}
      {hasOthers && (
        <li className="others">
          <Swatch slot={slotCount} />
          others
        </li>
      )}
    </ul>
  );
}

function Swatch({ slot }: { readonly slot: number }): ReactNode {
  return (
    <svg
      className="swatch"
      data-slot={slot === slotCount ? "others" : slot}
      viewBox="0 0 8 8"
      aria-hidden="true"
    >
      <rect width="8" height="8" rx="2" />
    </svg>
  );
}

function Table({ slots }: { readonly slots: Slots }): ReactNode {
  const { state } = useSettled();
  const { from, to } = useShown();
  const blocked = useMemo(() => blockedOf(state, to, slots), [state, to, slots]);
  const shown = [...blocked.slots.keys(), slotCount].filter(
    (slot) => slot === slotCount || blocked.slots[slot] !== undefined,
  );
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{formatTick(blocked.stepMs / 1000)} until</th>
          {shown.map((slot) => (
            <th key={slot} scope="col">
              <PrimitiveName name={nameOf(state, blocked.slots, slot)} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {[...blocked.times.entries()]
          .filter(([, time]) => time > from)
          .toReversed()
          .map(([step, time]) => (
            <tr key={time}>
              <th scope="row">{formatMoment(time)}</th>
              {shown.map((slot) => (
                <td key={slot}>{formatRate(blocked.rates[slot]?.[step] ?? 0)}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}
