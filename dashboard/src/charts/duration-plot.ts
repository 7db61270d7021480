import type { SeriesPoint } from "@holdup/protocol";
import { formatClock } from "../age.ts";
import { formatDuration } from "../duration.ts";
import { nameText } from "../primitive-name.tsx";
import { newestTime, type Series } from "../series.ts";
import { crosshair, lineOptions, showTime, type Dot } from "./chart.ts";
import type { Ink } from "./ink.ts";
import type { Plot } from "./plot.ts";

/** Waits or holds. */
export type Measure = "wait" | "hold";

type Reading = (point: SeriesPoint) => number;

/** The two lines of each measure. */
export const lines: Readonly<Record<Measure, { readonly p50: Reading; readonly p99: Reading }>> = {
  wait: { p50: (point) => point.waitP50, p99: (point) => point.waitP99 },
  hold: { p50: (point) => point.holdP50, p99: (point) => point.holdP99 },
};

/** p50 and p99 of one primitive's waits or holds, second by second. */
export function durationPlot(key: string, name: string, measure: Measure, ink: Ink): Plot {
  const { p50, p99 } = lines[measure];
  const middle: Dot[] = [];
  const slowest: Dot[] = [];
  let drawn: Series | undefined;
  let drawnEnd: number | undefined;

  return {
    configuration: {
      type: "line",
      data: {
        datasets: [
          // Only p99 has its ground filled: the two lines differ without their colours too.
          { label: "p50", data: middle, borderColor: ink.text, backgroundColor: ink.text },
          {
            label: "p99",
            data: slowest,
            borderColor: ink[measure],
            backgroundColor: ink[`${measure}Fill`],
            fill: "origin",
          },
        ],
      },
      options: lineOptions(ink, false),
      plugins: [crosshair(ink)],
    },
    follow(chart, state) {
      const series = state.series.get(key) ?? [];
      const end = newestTime(state.series) ?? state.time;
      if (series === drawn && end === drawnEnd) return undefined;

      drawn = series;
      drawnEnd = end;
      traceInto(middle, series, p50);
      traceInto(slowest, series, p99);
      showTime(chart, state);
      return summaryOf(name, measure, series);
    },
  };
}

/**
 * The line of a series. Seconds that nothing is known of are zero, so a primitive that is used now and
 * then shows spikes and not slopes between them.
 */
function traceInto(dots: Dot[], series: Series, read: Reading): void {
  let length = 0;
  const put = (x: number, y: number) => {
    const dot = dots[length];
    if (dot === undefined) dots.push({ x, y });
    else Object.assign(dot, { x, y });
    length += 1;
  };
  let before: number | undefined;
  for (const point of series) {
    if (before !== undefined && point.time - before > 1500) {
      put(before + 1000, 0);
      put(point.time - 1000, 0);
    }
    put(point.time, read(point));
    before = point.time;
  }
  dots.length = length;
}

function summaryOf(name: string, measure: Measure, series: Series): string {
  const subject = `${measure === "wait" ? "Waits for" : "Holds of"} ${nameText(name)} in the last 10 minutes`;
  const newest = series.at(-1);
  if (newest === undefined) return `${subject}: none.`;

  const { p50, p99 } = lines[measure];
  const worst = series.reduce((most, point) => (p99(point) > p99(most) ? point : most), newest);
  return (
    `${subject}: p50 ${formatDuration(p50(newest))} and p99 ${formatDuration(p99(newest))} now, ` +
    `p99 at most ${formatDuration(p99(worst))} at ${formatClock(worst.time)}.`
  );
}
