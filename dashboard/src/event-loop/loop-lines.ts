import type { EventLoopHistory, EventLoopPoint, LoopWait } from "@holdup/protocol";
import { formatDuration, formatTick } from "../duration.ts";
import { formatRate, formatRateTick } from "../rate.ts";
import { formatShare } from "../share.ts";
import { formatBytes } from "./bytes.ts";

/** The inks that lines are drawn with. */
export type LineInk = "wait" | "hold" | "text" | "muted";

/** One line of a chart. */
export interface LoopLine {
  readonly label: string;
  readonly ink: LineInk;
  /** Filled down to the line below, or dashed: what tells it apart without its colour. */
  readonly look: "filled" | "plain" | "dashed";
  readonly value: (point: EventLoopPoint, stepSeconds: number) => number;
}

/** What a chart of the event loop shows. */
export interface LoopMeasure {
  /** For tests, which ask for charts by name. */
  readonly name: string;
  readonly title: string;
  readonly unit?: string;
  readonly stacked: boolean;
  /** The end of the axis, where it is known. */
  readonly most?: number;
  readonly format: (value: number) => string;
  readonly formatTick: (value: number) => string;
  readonly lines: readonly LoopLine[];
}

const collected = (type: string) => (point: EventLoopPoint) =>
  Math.max(0, ...point.gc.filter((pauses) => type === pauses.type).map(({ maxSeconds }) => maxSeconds));

/** Waiting that is nobody's but the holders'. What was open for long is told before its stalls are, and after. */
export function contentionOf(point: Pick<EventLoopPoint, "waitSeconds" | "stalledWaitSeconds">): number {
  return Math.max(0, point.waitSeconds - point.stalledWaitSeconds);
}

/** In the order in which the table beside the charts shows them. */
export function mostContendedFirst(waits: readonly LoopWait[]): LoopWait[] {
  return waits.toSorted((a, b) => contentionOf(b) - contentionOf(a));
}

/** The charts, in their order. */
export const measures: readonly LoopMeasure[] = [
  {
    name: "loop-waits",
    title: "Where waiting came from",
    unit: "per second",
    stacked: true,
    format: formatRate,
    formatTick: formatRateTick,
    lines: [
      {
        label: "contention",
        ink: "wait",
        look: "filled",
        value: (point, step) => contentionOf(point) / step,
      },
      {
        label: "stood still",
        ink: "muted",
        look: "filled",
        value: ({ stalledWaitSeconds }, step) => stalledWaitSeconds / step,
      },
      {
        label: "hand-off",
        ink: "hold",
        look: "filled",
        value: ({ handoffSeconds }, step) => handoffSeconds / step,
      },
    ],
  },
  {
    name: "loop-delay",
    title: "Event loop delay",
    stacked: false,
    format: formatDuration,
    formatTick,
    lines: [
      { label: "longest", ink: "wait", look: "filled", value: ({ delayMax }) => delayMax },
      { label: "p99", ink: "text", look: "plain", value: ({ delayP99 }) => delayP99 },
      { label: "p50", ink: "muted", look: "dashed", value: ({ delayP50 }) => delayP50 },
    ],
  },
  {
    name: "loop-use",
    title: "Use of the event loop",
    stacked: false,
    most: 1,
    format: formatShare,
    formatTick: formatShare,
    lines: [
      { label: "busy", ink: "hold", look: "plain", value: useOf },
      {
        label: "stood still",
        ink: "wait",
        look: "filled",
        value: ({ stalledSeconds }, step) => Math.min(1, stalledSeconds / step),
      },
    ],
  },
  {
    name: "loop-gc",
    title: "Longest garbage collection",
    stacked: false,
    format: formatDuration,
    formatTick,
    lines: [
      { label: "major", ink: "wait", look: "filled", value: collected("major") },
      { label: "minor", ink: "text", look: "plain", value: collected("minor") },
    ],
  },
  {
    name: "loop-memory",
    title: "Memory",
    stacked: false,
    format: formatBytes,
    formatTick: formatBytes,
    lines: [
      { label: "resident", ink: "text", look: "plain", value: ({ residentBytes }) => residentBytes },
      { label: "heap in use", ink: "hold", look: "filled", value: ({ heapUsedBytes }) => heapUsedBytes },
    ],
  },
];

/** Of how many seconds a step tells: the newest may have only begun, and a process may have ended in its last one. */
export function toldSeconds({ activeSeconds, idleSeconds }: EventLoopPoint, stepSeconds: number): number {
  const told = activeSeconds + idleSeconds;
  return told === 0 ? stepSeconds : Math.min(stepSeconds, told);
}

/** How much of its time the loop worked. */
export function useOf({ activeSeconds, idleSeconds }: EventLoopPoint): number {
  const total = activeSeconds + idleSeconds;
  return total === 0 ? 0 : activeSeconds / total;
}

/** What the loop did to waiting, in one sentence. */
export function verdictOf({ points }: Pick<EventLoopHistory, "points">): string {
  const sum = (value: (point: EventLoopPoint) => number) =>
    points.reduce((all, point) => all + value(point), 0);
  const still = sum(({ stalledSeconds }) => stalledSeconds);
  const loops = sum(({ stalledWaitSeconds, handoffSeconds }) => stalledWaitSeconds + handoffSeconds);
  const all = loops + sum(contentionOf);
  const stood =
    still > 0
      ? `The event loop stood still for ${formatDuration(still)}`
      : "The event loop did not stand still";
  if (all === 0) return `${stood}; nobody waited.`;
  return `${stood}; of ${formatDuration(all)} of waiting, at least ${formatShare(loops / all)} was its doing and no holder's.`;
}

/** What a chart shows, for those who don't see it. */
export function summaryOf(
  { title, lines, format }: LoopMeasure,
  { points, stepSeconds }: EventLoopHistory,
): string {
  const last = points.at(-1);
  if (last === undefined) return `${title}: nothing is known.`;
  const values = lines.map(
    ({ label, value }) => `${label} ${format(value(last, toldSeconds(last, stepSeconds)))}`,
  );
  return `${title}, last: ${values.join(", ")}.`;
}
