import { formatClock } from "../age.ts";
import { formatDuration, formatTick } from "../duration.ts";
import { nameText } from "../primitive-name.tsx";
import { lastMinutes, reportSeconds, type Series } from "../series.ts";
import { chartWords, crosshair, lineOptions, loners, showTime, type Dot } from "./chart.ts";
import { readingsOf, type Measure, type Reading, type TimedReading } from "./duration-line.ts";
import type { Ink } from "./ink.ts";
import type { Plot } from "./plot.ts";

const none: Series = [];

/** p50 and p99 of one primitive's waits or holds, second by second. */
export function durationPlot(key: string, name: string, measure: Measure, ink: Ink): Plot {
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
      options: lineOptions(ink, { stacked: false, format: formatDuration, formatTick }),
      plugins: [crosshair(ink), loners(ink)],
    },
    follow(chart, state, end) {
      const series = state.series.get(key) ?? none;
      if (series === drawn && end === drawnEnd) return undefined;

      drawn = series;
      drawnEnd = end;
      const readings = readingsOf(
        measure,
        lastMinutes(series, end, state.recorded?.whole.from),
        reportSeconds(state.series),
      );
      traceInto(middle, readings, "p50");
      traceInto(slowest, readings, "p99");
      showTime(chart, state, end);
      return summaryOf(name, measure, readings, chartWords(state));
    },
  };
}

function traceInto(dots: Dot[], readings: readonly TimedReading[], line: keyof Reading): void {
  const added: Dot[] = [];
  readings.forEach(({ time: x, reading }, index) => {
    const y = reading?.[line] ?? null;
    const dot = dots[index];
    if (dot === undefined) added.push({ x, y });
    else Object.assign(dot, { x, y });
  });
  // At once: the chart reads all of its data at each push.
  if (added.length > 0) dots.push(...added);
  dots.length = readings.length;
}

function summaryOf(name: string, measure: Measure, readings: readonly TimedReading[], when: string): string {
  const subject = `${measure === "wait" ? "Waits for" : "Holds of"} ${nameText(name)} ${when}`;
  const known = readings.flatMap(({ time, reading }) =>
    reading === undefined ? [] : [{ time, ...reading }],
  );
  const newest = known.at(-1);
  if (newest === undefined) return `${subject}: none.`;

  const worst = known.reduce((most, one) => (one.p99 > most.p99 ? one : most), newest);
  return (
    `${subject}: p50 ${formatDuration(newest.p50)} and p99 ${formatDuration(newest.p99)} ` +
    `at ${formatClock(newest.time)}, p99 at most ${formatDuration(worst.p99)} at ${formatClock(worst.time)}.`
  );
}
