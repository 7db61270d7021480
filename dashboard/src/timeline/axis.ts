/** Marks of the time axis: round times, no more than there is room for. */

import type { TimeWindow } from "./time-window.ts";

export interface Tick {
  /** Unix ms. */
  readonly time: number;
  readonly text: string;
}

const fractions = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500];
const stepsMs = [
  ...fractions,
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * 60_000),
  ...[1, 2, 6, 12, 24].map((hours) => hours * 3_600_000),
];

/** At most so many marks, with clock times as precise as their distance asks for. */
export function ticksOf({ from, to }: TimeWindow, most: number): Tick[] {
  const step = stepsMs.find((ms) => (to - from) / ms <= most) ?? stepsMs.at(-1) ?? 1;
  const ticks: Tick[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) {
    ticks.push({ time, text: clockOf(time, step) });
  }
  return ticks;
}

/** "14:02:11.250": with as many digits as a step of that many milliseconds needs. */
export function clockOf(time: number, stepMs: number): string {
  const date = new Date(time);
  const clock = date.toLocaleTimeString([], {
    hourCycle: "h23",
    hour: "2-digit",
    minute: "2-digit",
    ...(stepMs < 60_000 ? { second: "2-digit" } : {}),
  });
  if (stepMs >= 1000) return clock;
  const digits = stepMs >= 1 ? 3 : 6;
  const fraction = ((time / 1000) % 1).toFixed(digits).slice(1, digits + 2);
  return `${clock}${fraction}`;
}
