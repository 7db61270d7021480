import { useCallback, type ReactNode } from "react";
import { formatMoment } from "../age.ts";
import { formatCount } from "../count.ts";
import { formatDuration } from "../duration.ts";
import { PrimitiveName } from "../primitive-name.tsx";
import { KnownSince } from "../recorded/known-since.tsx";
import { lastMinutes, type Series } from "../series.ts";
import { useSettled } from "../use-settled.ts";
import { useShown } from "../use-shown-until.ts";
import { ChartFrame } from "./chart-frame.tsx";
import { readingOf, type Measure } from "./duration-line.ts";
import { durationPlot } from "./duration-plot.ts";
import type { Ink } from "./ink.ts";
import { useChart } from "./use-chart.ts";

interface DurationChartProps {
  /** `hotSpotKey` of the primitive. */
  readonly id: string;
  readonly name: string;
  readonly measure: Measure;
}

const titles = { wait: "Wait time", hold: "Hold time" } as const;

/** How long the waits, or the holds, of one primitive took over the last ten minutes, or a whole run. */
export function DurationChart({ id, name, measure }: DurationChartProps): ReactNode {
  const legend = (
    <>
      <span className="chart-subject">
        <PrimitiveName name={name} />
      </span>
      <ul className="line-legend">
        <li className="p99" data-measure={measure}>
          p99
        </li>
        <li className="p50">p50</li>
      </ul>
    </>
  );
  return (
    <ChartFrame
      title={titles[measure]}
      legend={legend}
      note={<KnownSince />}
      chart={<Canvas id={id} name={name} measure={measure} />}
      table={<Table id={id} measure={measure} />}
    />
  );
}

function Canvas({ id, name, measure }: DurationChartProps): ReactNode {
  const plotWith = useCallback((ink: Ink) => durationPlot(id, name, measure, ink), [id, name, measure]);
  return <canvas ref={useChart(measure, plotWith)} role="img" />;
}

const none: Series = [];

// Formatted as a dash.
const unknown = { p50: Number.NaN, p99: Number.NaN };

function Table({ id, measure }: Omit<DurationChartProps, "name">): ReactNode {
  const { state } = useSettled();
  const series = state.series.get(id) ?? none;
  const { from, to } = useShown();
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">p50</th>
          <th scope="col">p99</th>
          <th scope="col">Operations</th>
        </tr>
      </thead>
      <tbody>
        {lastMinutes(series, to, state.recorded?.whole.from)
          .filter(({ time }) => time > from && time <= to)
          .toReversed()
          .map((point) => {
            const { p50, p99 } = readingOf(measure, point) ?? unknown;
            return (
              <tr key={point.time}>
                <th scope="row">{formatMoment(point.time)}</th>
                <td>{formatDuration(p50)}</td>
                <td>{formatDuration(p99)}</td>
                <td>{formatCount(point.operations)}</td>
              </tr>
            );
          })}
      </tbody>
    </table>
  );
}
