/** How far the clocks of the programs are off: when their metrics arrive, against when they were read. */

import type { ClockSkew } from "@holdup/protocol";
import { programOf, type Program } from "./program.ts";
import type { MetricGroup } from "./telemetry.ts";

export interface ClockSkewOptions {
  /** How many processes are followed; the one not heard of for longest is forgotten first. @default 1_000 */
  readonly maxPrograms?: number | undefined;
}

interface Clock extends Program {
  /** Of the last few requests, the oldest first, in milliseconds. */
  readonly delays: number[];
}

/** So many requests tell: one that was sent again, or was long on its way, is not the median of them. */
const sampleSize = 9;

export class ClockSkews {
  readonly #maxPrograms: number;
  // By program, in the order of last use.
  readonly #clocks = new Map<string, Clock>();

  constructor({ maxPrograms = 1_000 }: ClockSkewOptions = {}) {
    this.#maxPrograms = maxPrograms;
  }

  /** A request has arrived; its newest point was read right before it was sent. */
  hear(groups: readonly MetricGroup[], now: number): void {
    for (const [key, { program, time }] of newest(groups)) this.#note(key, program, now - time);
  }

  /** The one that is furthest off first. */
  skews(): ClockSkew[] {
    return [...this.#clocks.values()]
      .map(({ service, instance, delays }) => ({ service, instance, skewMs: median(delays) }))
      .toSorted((a, b) => Math.abs(b.skewMs) - Math.abs(a.skewMs));
  }

  #note(key: string, program: Program, delayMs: number): void {
    const clock = this.#clocks.get(key) ?? { ...program, delays: [] };
    this.#clocks.delete(key);
    this.#clocks.set(key, clock);
    clock.delays.push(delayMs);
    if (clock.delays.length > sampleSize) clock.delays.shift();
    if (this.#clocks.size <= this.#maxPrograms) return;
    const [oldest] = this.#clocks.keys();
    if (oldest !== undefined) this.#clocks.delete(oldest);
  }
}

interface Newest {
  readonly program: Program;
  readonly time: number;
}

// One program may be in several groups, one for each of its scopes.
function newest(groups: readonly MetricGroup[]): Map<string, Newest> {
  const found = new Map<string, Newest>();
  for (const { resource, points } of groups) {
    const program = programOf(resource);
    const key = JSON.stringify([program.service, program.instance]);
    const time = points.reduce((latest, point) => Math.max(latest, point.time), found.get(key)?.time ?? 0);
    if (time > 0) found.set(key, { program, time });
  }
  return found;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
}
