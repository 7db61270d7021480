/** How a run went: its slices of time, and the single waits of its last seconds, as points. */

import { Histogram, octavesOf, type HistoryPoint, type KeptWait } from "@holdup/protocol";
import type { PrimitiveRecord, Recording } from "@holdup/recording";

/** The steps that a run is told in, all of the same length. */
export interface Steps {
  /** When the first begins, Unix ms. */
  readonly from: number;
  readonly stepMs: number;
  readonly count: number;
}

// Round, so that clock times are.
const roundMs = [100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000];

/** A slice is a little longer than its timer says. */
const tolerance = 0.8;

/** The steps of a run: as long as its slices. */
export function stepsOf({ startedAt, durationMs, primitives }: Recording): Steps {
  const lengths = primitives.flatMap(({ slices }) => slices.map(({ ms }) => ms)).toSorted((a, b) => a - b);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? durationMs / 60;
  const stepMs = roundMs.find((ms) => ms >= usual * tolerance) ?? 3_600_000;
  const from = Math.floor(startedAt / stepMs) * stepMs;
  const end = Math.max(startedAt + durationMs, ...primitives.flatMap(({ slices }) => slices.map(endOf)));
  return { from, stepMs, count: Math.max(1, Math.ceil((end - from) / stepMs)) };
}

function endOf({ endedAt = 0 }: PrimitiveRecord["slices"][number]): number {
  return endedAt;
}

/** The steps of one primitive; none if its slices don't tell when they were. */
export function courseOf(
  record: PrimitiveRecord,
  steps: Steps,
  waits: readonly KeptWait[],
  waitsSince: number,
): HistoryPoint[] {
  if (record.slices.every(({ endedAt }) => endedAt === undefined)) return [];
  const operations = counts(spread(record, steps, (slice) => slice.operations));
  const contended = counts(spread(record, steps, (slice) => slice.contended));
  const blockedMs = spread(record, steps, (slice) => slice.blockedMs);
  const handoffMs = spread(record, steps, (slice) => slice.handoffMs);
  const ended = byStep(waits, steps);
  return Array.from({ length: steps.count }, (_, step) => {
    const at = (values: readonly number[]): number => values[step] ?? 0;
    const begin = steps.from + step * steps.stepMs;
    const own = ended[step] ?? [];
    // A slice lies in two steps mostly: in the one at its edge there may be none of the waits that it tells of.
    const known = at(contended) === 0 || (begin >= waitsSince && own.length > 0);
    return {
      time: begin + steps.stepMs,
      operations: at(operations),
      contended: at(contended),
      waitSeconds: (at(blockedMs) + at(handoffMs)) / 1000,
      blameSeconds: at(blockedMs) / 1000,
      waiters: at(blockedMs) / steps.stepMs,
      ...percentiles(own, at(operations), known),
      // When its holds were how long is not in a recording.
      holdP50: Number.NaN,
      holdP95: Number.NaN,
      holdP99: Number.NaN,
    };
  });
}

function percentiles(
  waits: readonly KeptWait[],
  operations: number,
  known: boolean,
): Pick<HistoryPoint, "waitP50" | "waitP95" | "waitP99" | "waits"> {
  if (!known) return { waitP50: Number.NaN, waitP95: Number.NaN, waitP99: Number.NaN, waits: [] };
  const took = new Histogram();
  const blocked = new Histogram();
  for (const { waitSeconds, blockedSeconds } of waits) {
    took.record(waitSeconds);
    // As the list of single waits finds them again.
    blocked.record(blockedSeconds || waitSeconds);
  }
  took.recordZeros(operations - waits.length);
  return {
    waitP50: took.quantile(0.5),
    waitP95: took.quantile(0.95),
    waitP99: took.quantile(0.99),
    waits: octavesOf(blocked),
  };
}

function byStep(waits: readonly KeptWait[], { from, stepMs, count }: Steps): KeptWait[][] {
  const steps = Array.from({ length: count }, (): KeptWait[] => []);
  for (const wait of waits) {
    if (wait.outcome === "pending") continue;
    steps[inside(Math.ceil((wait.end - from) / stepMs) - 1, count)]?.push(wait);
  }
  return steps;
}

// A slice has what happened in it all along its time. Nothing is lost at either end: clocks of threads differ.
function spread(
  { slices }: PrimitiveRecord,
  { from, stepMs, count }: Steps,
  amountOf: (slice: PrimitiveRecord["slices"][number]) => number,
): number[] {
  const values = Array.from<number>({ length: count }).fill(0);
  const to = from + count * stepMs;
  for (const slice of slices) {
    if (slice.endedAt === undefined) continue;
    const end = Math.min(to, Math.max(from, slice.endedAt));
    const start = Math.min(end, Math.max(from, slice.endedAt - slice.ms));
    const first = inside(Math.floor((start - from) / stepMs), count);
    const last = inside(Math.ceil((end - from) / stepMs) - 1, count);
    for (let step = first; step <= Math.max(first, last); step++) {
      const begin = from + step * stepMs;
      const overlap = Math.min(end, begin + stepMs) - Math.max(start, begin);
      const part = first >= last ? 1 : overlap / (end - start);
      values[step] = (values[step] ?? 0) + part * amountOf(slice);
    }
  }
  return values;
}

// Whole numbers with the same sum.
function counts(values: readonly number[]): number[] {
  let exact = 0;
  let told = 0;
  return values.map((value) => {
    exact += value;
    const whole = Math.round(exact) - told;
    told += whole;
    return whole;
  });
}

function inside(step: number, count: number): number {
  return Math.min(count - 1, Math.max(0, step));
}
