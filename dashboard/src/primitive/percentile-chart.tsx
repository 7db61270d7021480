import type { HistoryPoint, KeptFinding, PrimitiveDetail } from "@holdup/protocol";
import { Chart, LogarithmicScale } from "chart.js";
import annotation from "chartjs-plugin-annotation";
import { useMemo, type ReactNode } from "react";
import { formatMoment } from "../age.ts";
import { ChartFrame } from "../charts/chart-frame.tsx";
import { crosshair, lineOptions, loners, showFrom, type Dot, type LineChart } from "../charts/chart.ts";
import type { Measure } from "../charts/duration-line.ts";
import type { Ink } from "../charts/ink.ts";
import { formatCount } from "../count.ts";
import { formatDuration, formatTick } from "../duration.ts";
import { words } from "../findings/issue.ts";
import { usePlace, type Range } from "../location.ts";
import { nameText } from "../primitive-name.tsx";
import { KnownSince } from "../recorded/known-since.tsx";
import { useHoldup } from "../store.ts";
import { useDataChart } from "./use-data-chart.ts";

Chart.register(LogarithmicScale, annotation);

interface PercentileChartProps {
  readonly measure: Measure;
  readonly detail: PrimitiveDetail;
}

const titles = { wait: "Waits over time", hold: "Holds over time" } as const;
const percentiles = ["p50", "p95", "p99"] as const;

/** What is below it is the clock's noise; a logarithm needs an end. */
const leastSeconds = 1e-5;

/** p50, p95 and p99 of a primitive's waits or holds, with the findings about it marked. */
export function PercentileChart({ measure, detail }: PercentileChartProps): ReactNode {
  const { service, primitive, series, stepSeconds } = detail;
  const { range } = usePlace();
  const findings = useHoldup((state) => state.findings);
  const data = useMemo(() => {
    const about = [...findings.values()].filter(
      (finding) => finding.service === service && finding.primitives.includes(primitive.name),
    );
    return { measure, name: primitive.name, series, stepMs: stepSeconds * 1000, range, findings: about };
  }, [measure, service, primitive.name, series, stepSeconds, range, findings]);
  const make = measure === "wait" ? waitConfiguration : holdConfiguration;
  return (
    <section className="panel percentiles" aria-label={titles[measure]}>
      <ChartFrame
        title={titles[measure]}
        legend={<Legend measure={measure} />}
        note={<KnownSince />}
        chart={<canvas ref={useDataChart(`${measure}-percentiles`, data, make, fill)} role="img" />}
        table={<Table measure={measure} series={series} />}
      />
    </section>
  );
}

function Legend({ measure }: { readonly measure: Measure }): ReactNode {
  return (
    <ul className="line-legend">
      <li className="p99" data-measure={measure}>
        p99
      </li>
      <li className="p95" data-measure={measure}>
        p95
      </li>
      <li className="p50">p50</li>
    </ul>
  );
}

interface Shown {
  readonly measure: Measure;
  readonly name: string;
  readonly series: readonly HistoryPoint[];
  readonly stepMs: number;
  readonly range: Range | undefined;
  readonly findings: readonly KeptFinding[];
}

const waitConfiguration = (ink: Ink) => configuration(ink, "wait");
const holdConfiguration = (ink: Ink) => configuration(ink, "hold");

function configuration(ink: Ink, measure: Measure) {
  const options = lineOptions(ink, { stacked: false, format: formatDuration, formatTick });
  const { y, ...scales } = options.scales ?? {};
  return {
    type: "line" as const,
    data: {
      datasets: [
        { label: "p50", data: [] as Dot[], borderColor: ink.text, backgroundColor: ink.text },
        {
          label: "p95",
          data: [] as Dot[],
          borderColor: ink[measure],
          backgroundColor: ink[measure],
          borderDash: [4, 3],
        },
        {
          label: "p99",
          data: [] as Dot[],
          borderColor: ink[measure],
          backgroundColor: ink[`${measure}Fill`],
          fill: "start",
        },
      ],
    },
    options: {
      ...options,
      scales: {
        ...scales,
        y: { ...y, type: "logarithmic" as const, beginAtZero: false, suggestedMax: undefined },
      },
    } as unknown as typeof options,
    plugins: [crosshair(ink), loners(ink)],
  };
}

function fill(chart: LineChart, { measure, name, series, stepMs, range, findings }: Shown): void {
  percentiles.forEach((percentile, index) => {
    const dataset = chart.data.datasets[index];
    if (dataset !== undefined)
      dataset.data = lineOf(series, stepMs, (point) => readingAt(point, measure, percentile));
  });
  const last = series.at(-1)?.time ?? 0;
  showFrom(chart, range?.from ?? (series[0]?.time ?? last) - stepMs, range?.to ?? last);
  const plugins = chart.options.plugins;
  if (plugins !== undefined)
    plugins.annotation = { annotations: findings.map((finding) => markOf(finding, chart)) };
  chart.canvas.ariaLabel = summaryOf(name, measure, series);
}

// A step that is missing is a gap, not a line across it.
function lineOf(
  series: readonly HistoryPoint[],
  stepMs: number,
  value: (point: HistoryPoint) => number | null,
): Dot[] {
  const dots: Dot[] = [];
  for (const point of series) {
    const before = dots.at(-1);
    if (before !== undefined && point.time - before.x > 1.5 * stepMs) dots.push({ x: before.x + 1, y: null });
    dots.push({ x: point.time, y: value(point) });
  }
  return dots;
}

function readingAt(
  point: HistoryPoint,
  measure: Measure,
  percentile: (typeof percentiles)[number],
): number | null {
  const known = measure === "wait" ? point.operations > 0 && !Number.isNaN(point.waitP99) : point.holdP99 > 0;
  return known ? Math.max(leastSeconds, valueAt(point, measure, percentile)) : null;
}

function valueAt(point: HistoryPoint, measure: Measure, percentile: (typeof percentiles)[number]): number {
  if (measure === "wait") return { p50: point.waitP50, p95: point.waitP95, p99: point.waitP99 }[percentile];
  return { p50: point.holdP50, p95: point.holdP95, p99: point.holdP99 }[percentile];
}

function markOf(finding: KeptFinding, chart: LineChart) {
  const colour = getComputedStyle(chart.canvas).color;
  return {
    type: "box" as const,
    xMin: finding.firstSeen,
    xMax: Math.max(finding.lastSeen, finding.firstSeen + 1000),
    backgroundColor: colour.replace(/^rgb\((.*)\)$/, "rgba($1, 0.12)"),
    borderColor: colour,
    borderWidth: 1,
    label: {
      display: true,
      content: words(finding.kind),
      position: { x: "start" as const, y: "start" as const },
      color: colour,
      font: { size: 10 },
    },
  };
}

function summaryOf(name: string, measure: Measure, series: readonly HistoryPoint[]): string {
  const known = series.filter((point) => readingAt(point, measure, "p99") !== null);
  const newest = known.at(-1);
  const subject = `${measure === "wait" ? "Waits for" : "Holds of"} ${nameText(name)}`;
  if (newest === undefined) return `${subject}: none.`;
  const worst = known.reduce((most, one) =>
    valueAt(one, measure, "p99") > valueAt(most, measure, "p99") ? one : most,
  );
  return (
    `${subject}: p50 ${formatDuration(valueAt(newest, measure, "p50"))} and p99 ` +
    `${formatDuration(valueAt(newest, measure, "p99"))} at ${formatMoment(newest.time)}, ` +
    `p99 at most ${formatDuration(valueAt(worst, measure, "p99"))} at ${formatMoment(worst.time)}.`
  );
}

function Table({ measure, series }: Pick<Shown, "measure" | "series">): ReactNode {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Until</th>
          {percentiles.map((percentile) => (
            <th key={percentile} scope="col">
              {percentile}
            </th>
          ))}
          <th scope="col">Operations</th>
        </tr>
      </thead>
      <tbody>
        {series.toReversed().map((point) => (
          <tr key={point.time}>
            <th scope="row">{formatMoment(point.time)}</th>
            {percentiles.map((percentile) => (
              <td key={percentile}>
                {formatDuration(
                  readingAt(point, measure, percentile) === null
                    ? Number.NaN
                    : valueAt(point, measure, percentile),
                )}
              </td>
            ))}
            <td>{formatCount(point.operations)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
