import type { Bar, Distribution } from "@holdup/protocol";
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  Tooltip,
  type ChartConfiguration,
} from "chart.js";
import { useMemo, type ReactNode } from "react";
import { ChartFrame } from "../charts/chart-frame.tsx";
import { tooltipOptions } from "../charts/chart.ts";
import type { Measure } from "../charts/duration-line.ts";
import type { Ink } from "../charts/ink.ts";
import { countOf, formatCount } from "../count.ts";
import { formatDuration, formatTick } from "../duration.ts";
import { nameText } from "../primitive-name.tsx";
import { formatShare } from "../share.ts";
import { coarseBars } from "./bars.ts";
import { useDataChart } from "./use-data-chart.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, Tooltip);

interface DurationHistogramProps {
  readonly measure: Measure;
  readonly name: string;
  readonly distribution: Distribution;
}

const titles = { wait: "How long waits took", hold: "How long holds took" } as const;

/** How many waits, or holds, took how long; durations grow by the same factor from bar to bar. */
export function DurationHistogram({ measure, name, distribution }: DurationHistogramProps): ReactNode {
  const { histogram } = distribution;
  const bars = useMemo(() => coarseBars(histogram), [histogram]);
  const zeros = bars[0]?.to === 0 ? bars[0].count : 0;
  const shown = zeros === 0 ? bars : bars.slice(1);
  const note = zeros === 0 ? "" : `${countOf(zeros, "operation")} at once, not shown`;
  return (
    <section className="panel histogram" aria-label={titles[measure]}>
      <ChartFrame
        title={titles[measure]}
        legend={<span className="chart-unit">{note}</span>}
        chart={<Canvas measure={measure} name={name} bars={shown} distribution={distribution} />}
        table={<Table bars={bars} total={distribution.count} />}
      />
    </section>
  );
}

interface CanvasProps extends DurationHistogramProps {
  readonly bars: readonly Bar[];
}

function Canvas(props: CanvasProps): ReactNode {
  const { measure, bars, name, distribution } = props;
  const data = useMemo(() => ({ measure, bars, name, distribution }), [measure, bars, name, distribution]);
  const make = measure === "wait" ? waitConfiguration : holdConfiguration;
  return <canvas ref={useDataChart(`${measure}-histogram`, data, make, fill)} role="img" />;
}

const waitConfiguration = (ink: Ink) => configuration(ink, ink.wait);
const holdConfiguration = (ink: Ink) => configuration(ink, ink.hold);

function configuration(ink: Ink, colour: string): ChartConfiguration<"bar", number[]> {
  const ticks = { color: ink.muted, font: { family: ink.font, size: 11 } };
  return {
    type: "bar",
    data: {
      labels: [],
      datasets: [{ data: [], backgroundColor: colour, barPercentage: 1, categoryPercentage: 0.92 }],
    },
    options: {
      animation: false,
      responsive: true,
      maintainAspectRatio: false,
      interaction: { mode: "index", intersect: false },
      scales: {
        x: {
          grid: { display: false },
          border: { color: ink.line },
          ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 18 },
        },
        y: {
          beginAtZero: true,
          border: { display: false },
          grid: { color: ink.line, drawTicks: false },
          ticks: {
            ...ticks,
            padding: 8,
            maxTicksLimit: 5,
            precision: 0,
            callback: (value) => formatCount(Number(value)),
          },
        },
      },
      plugins: {
        tooltip: {
          ...tooltipOptions(ink),
          callbacks: { label: (item) => ` ${formatCount(item.parsed.y ?? 0)}` },
        },
      },
    },
  };
}

function fill(chart: Chart<"bar", number[]>, { measure, name, bars, distribution }: CanvasProps): void {
  const [dataset] = chart.data.datasets;
  if (dataset === undefined) return;
  chart.data.labels = bars.map(({ from }) => formatTick(from));
  dataset.data = bars.map(({ count }) => count);
  const { count, p50, p99, max } = distribution;
  chart.canvas.ariaLabel =
    `${countOf(count, measure === "wait" ? "operation" : "hold")} of ${nameText(name)}: ` +
    `half took up to ${formatDuration(p50)}, 99 % up to ${formatDuration(p99)}, the longest ${formatDuration(max)}.`;
}

function Table({ bars, total }: { readonly bars: readonly Bar[]; readonly total: number }): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Took</th>
          <th scope="col">Count</th>
          <th scope="col">Share</th>
        </tr>
      </thead>
      <tbody>
        {bars.map(({ from, to, count }) => (
          <tr key={from}>
            <th scope="row">{to === 0 ? "at once" : `${formatTick(from)} – ${formatTick(to)}`}</th>
            <td>{formatCount(count)}</td>
            <td>{formatShare(total === 0 ? 0 : count / total)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
