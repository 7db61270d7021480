import type { EventLoopHistory } from "@holdup/protocol";
import { Chart, type ChartDataset } from "chart.js";
import { useEffect, useRef, type ReactNode } from "react";
import { formatClock } from "../age.ts";
import { crosshair, lineOptions, loners, type Dot, type LineChart } from "../charts/chart.ts";
import { ChartFrame } from "../charts/chart-frame.tsx";
import { readInk, type Ink } from "../charts/ink.ts";
import { charts } from "../charts/use-chart.ts";
import { useEffectiveTheme } from "../theme.ts";
import { summaryOf, toldSeconds, type LoopLine, type LoopMeasure } from "./loop-lines.ts";

interface LoopChartProps {
  readonly measure: LoopMeasure;
  readonly history: EventLoopHistory;
}

/** One measure of an event loop over time. */
export function LoopChart({ measure, history }: LoopChartProps): ReactNode {
  return (
    <section className="panel loop-panel" aria-label={measure.title}>
      <ChartFrame
        title={measure.title}
        legend={<Legend measure={measure} />}
        chart={<Canvas measure={measure} history={history} />}
        table={<Table measure={measure} history={history} />}
      />
    </section>
  );
}

function Legend({ measure: { lines, unit } }: Pick<LoopChartProps, "measure">): ReactNode {
  return (
    <>
      {unit !== undefined && <span className="chart-unit">{unit}</span>}
      <ul className="loop-legend">
        {lines.map(({ label, ink, look }) => (
          <li key={label} data-ink={ink} data-look={look}>
            {label}
          </li>
        ))}
      </ul>
    </>
  );
}

function Canvas({ measure, history }: LoopChartProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  const chart = useRef<LineChart>(null);
  const theme = useEffectiveTheme();

  useEffect(() => {
    if (canvas.current === null) return undefined;
    const made = chartOf(canvas.current, measure, readInk());
    chart.current = made;
    charts.set(measure.name, made);
    return () => {
      charts.delete(measure.name);
      chart.current = null;
      made.destroy();
    };
  }, [measure, theme]);

  useEffect(() => {
    if (chart.current !== null) show(chart.current, measure, history);
  }, [measure, history, theme]);

  return <canvas ref={canvas} role="img" aria-label={summaryOf(measure, history)} />;
}

function chartOf(canvas: HTMLCanvasElement, measure: LoopMeasure, ink: Ink): LineChart {
  const { stacked, format, formatTick, most, lines } = measure;
  const options = lineOptions(ink, { stacked, format, formatTick });
  const y = options.scales?.["y"];
  if (y !== undefined && most !== undefined) y.max = most;
  return new Chart(canvas, {
    type: "line",
    data: { datasets: lines.map((line, index) => datasetOf(line, index, stacked, ink)) },
    options,
    plugins: [crosshair(ink), loners(ink)],
  });
}

function datasetOf(
  { label, ink: name, look }: LoopLine,
  index: number,
  stacked: boolean,
  ink: Ink,
): ChartDataset<"line", Dot[]> {
  const colour = ink[name];
  return {
    label,
    data: [],
    borderColor: colour,
    backgroundColor: translucent(colour, stacked ? 0.72 : 0.14),
    ...(look === "dashed" ? { borderDash: [4, 3] } : {}),
    ...(look === "filled" ? { fill: stacked && index > 0 ? "-1" : "origin" } : {}),
    ...(stacked ? { borderWidth: 0 } : {}),
  };
}

function translucent(colour: string, opacity: number): string {
  return colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);
}

function show(chart: LineChart, { lines }: LoopMeasure, { points, stepSeconds }: EventLoopHistory): void {
  chart.data.datasets.forEach((dataset, index) => {
    const value = lines[index]?.value;
    dataset.data = points.map((point) => ({
      x: point.time,
      y: value?.(point, toldSeconds(point, stepSeconds)) ?? null,
    }));
  });
  const x = chart.options.scales?.["x"];
  const [first, last] = [points[0], points.at(-1)];
  if (x !== undefined && first !== undefined && last !== undefined) {
    // A single point is no line, but has its place.
    x.min = Math.min(first.time, last.time - minSpanMs);
    x.max = last.time;
  }
  chart.update("none");
}

const minSpanMs = 60_000;

function Table({ measure: { lines, format }, history: { points, stepSeconds } }: LoopChartProps): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{stepSeconds} s until</th>
          {lines.map(({ label }) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {points.toReversed().map((point) => (
          <tr key={point.time}>
            <th scope="row">{formatClock(point.time)}</th>
            {lines.map(({ label, value }) => (
              <td key={label}>{format(value(point, toldSeconds(point, stepSeconds)))}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
