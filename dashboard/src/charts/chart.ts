/** Chart.js with only the parts that the page draws with, set for live data. */

import { Chart, Filler, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";
import type { ChartOptions, Plugin } from "chart.js";
import { formatMoment } from "../age.ts";
import { oldestTime } from "../series.ts";
import type { State } from "../state.ts";
import { loneDots } from "./duration-line.ts";
import type { Ink } from "./ink.ts";

Chart.register(Filler, LinearScale, LineController, LineElement, PointElement, Tooltip);

/** A point as Chart.js takes it unparsed. Its fields change in place: no garbage at every tick. */
export interface Dot {
  x: number;
  /** Nothing where there is nothing to draw: the line has a gap. */
  y: number | null;
}

export type LineChart = Chart<"line", Dot[]>;

const minuteMs = 60_000;

// A program that has just started fills its charts, and they don't rescale at every tick.
const spansMs = [2 * minuteMs, 5 * minuteMs, 10 * minuteMs];

// From a second to a day.
const tickSteps = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * minuteMs),
];
const mostTicks = 5;

const axisWidth = 58;
const hourAndMinute = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const withSeconds = new Intl.DateTimeFormat([], { timeStyle: "medium", hourCycle: "h23" });

/** What is upwards. */
export interface Upwards {
  readonly stacked: boolean;
  readonly format: (seconds: number) => string;
  /** The same, short, for the marks of the axis. */
  readonly formatTick: (seconds: number) => string;
}

/** The options that all charts share: the last ten minutes across, durations upwards. */
export function lineOptions(ink: Ink, { stacked, format, formatTick }: Upwards): ChartOptions<"line"> {
  const font = { family: ink.font, size: 11 };
  return {
    // Without these a tick of a dozen charts costs more than a frame.
    animation: false,
    parsing: false,
    normalized: true,
    responsive: true,
    maintainAspectRatio: false,
    interaction: { mode: "index", intersect: false, axis: "x" },
    elements: { point: { radius: 0, hitRadius: 0, hoverRadius: 3 }, line: { tension: 0, borderWidth: 1.2 } },
    scales: {
      x: {
        type: "linear",
        border: { color: ink.line },
        grid: { display: false },
        ticks: {
          color: ink.muted,
          font,
          maxRotation: 0,
          callback: (time) =>
            (Number(time) % minuteMs === 0 ? hourAndMinute : withSeconds).format(Number(time)),
        },
        afterBuildTicks: (axis) => {
          const lengthMs = axis.max - axis.min;
          const tickMs = tickSteps.find((stepMs) => lengthMs / stepMs <= mostTicks) ?? lengthMs;
          const first = Math.ceil(axis.min / tickMs) * tickMs;
          const count = Math.floor((axis.max - first) / tickMs) + 1;
          axis.ticks = Array.from({ length: count }, (_, index) => ({ value: first + index * tickMs }));
        },
      },
      y: {
        type: "linear",
        stacked,
        beginAtZero: true,
        // A chart of nothing would otherwise reach up to a second.
        suggestedMax: 0.001,
        border: { display: false },
        grid: { color: ink.line, drawTicks: false },
        // The same for all charts, so that the same minute stands at the same place.
        afterFit: (axis) => {
          axis.width = axisWidth;
        },
        ticks: {
          color: ink.muted,
          font,
          padding: 8,
          maxTicksLimit: 5,
          callback: (value) => formatTick(Number(value)),
        },
      },
    },
    plugins: {
      tooltip: {
        ...tooltipOptions(ink),
        callbacks: {
          title: ([item]) => formatMoment(item?.parsed.x ?? 0),
          label: (item) => ` ${format(item.parsed.y ?? 0)}  ${item.dataset.label ?? ""}`,
        },
      },
    },
  };
}

/** How a tooltip looks, in all charts. */
export function tooltipOptions(ink: Ink) {
  const font = { family: ink.font, size: 11 };
  return {
    backgroundColor: ink.tooltip,
    titleColor: ink.text,
    bodyColor: ink.text,
    borderColor: ink.line,
    borderWidth: 1,
    padding: 10,
    cornerRadius: 6,
    boxWidth: 8,
    boxHeight: 8,
    boxPadding: 6,
    titleFont: { ...font, weight: 600 },
    bodyFont: font,
  };
}

/** A vertical line through the second under the pointer. */
export function crosshair(ink: Ink): Plugin<"line"> {
  return {
    id: "crosshair",
    beforeDatasetsDraw: ({ ctx, chartArea, tooltip }) => {
      const [item] = tooltip?.getActiveElements() ?? [];
      if (item === undefined) return;
      ctx.save();
      ctx.strokeStyle = ink.muted;
      ctx.setLineDash([3, 3]);
      ctx.beginPath();
      ctx.moveTo(item.element.x, chartArea.top);
      ctx.lineTo(item.element.x, chartArea.bottom);
      ctx.stroke();
      ctx.restore();
    },
  };
}

/** Draws the dots that no line goes through. */
export function loners(ink: Ink): Plugin<"line"> {
  return {
    id: "loners",
    afterDatasetsDraw: ({ ctx, chartArea, data, scales: { x, y } }) => {
      if (x === undefined || y === undefined) return;
      for (const { data: dots, borderColor } of data.datasets) {
        ctx.save();
        ctx.fillStyle = typeof borderColor === "string" ? borderColor : ink.text;
        for (const dot of loneDots(dots as Dot[])) {
          const across = x.getPixelForValue(dot.x);
          if (across < chartArea.left) continue;
          ctx.beginPath();
          ctx.arc(across, y.getPixelForValue(dot.y ?? 0), 1.6, 0, 2 * Math.PI);
          ctx.fill();
        }
        ctx.restore();
      }
    },
  };
}

/** The time that charts over time show, in words. */
export function chartWords({ recorded }: Pick<State, "recorded">): string {
  return recorded === undefined ? "in the last 10 minutes" : "in the recording";
}

/** Shows the last ten minutes, or as much of them as anything is known of, or a whole run: the same in all charts. */
export function showTime(
  chart: LineChart,
  { series, recorded }: Pick<State, "series" | "recorded">,
  end: number,
): void {
  if (recorded !== undefined) {
    showFrom(chart, recorded.whole.from, recorded.whole.to);
    return;
  }
  const lengthMs = end - (oldestTime(series) ?? end);
  showFrom(chart, end - (spansMs.find((spanMs) => lengthMs <= spanMs) ?? 10 * minuteMs), end);
}

/** Shows that stretch of time. */
export function showFrom(chart: LineChart, from: number, to: number): void {
  const x = chart.options.scales?.["x"];
  if (x === undefined) return;
  x.min = from;
  x.max = to;
}
