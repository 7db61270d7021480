/**
 * For how long a program's metrics did not arrive. Each interval of a delta stream begins where the one before
 * ended, so a hole between two that arrived is an outage: what was measured in it is lost, unless it comes late.
 */

import type { Program } from "./program.ts";
import { overflowService } from "./series-book.ts";
import type { Point } from "./telemetry.ts";

/** The time that the points of one request cover, Unix ms. */
export interface Stretch extends Program {
  /** Undefined if the program only told its levels: it was idle, for how long it does not say. */
  readonly from: number | undefined;
  readonly to: number;
  /** When the program began to measure; 0 if it did not say. */
  readonly startedAt: number;
}

export interface CoverageOptions {
  /** How many programs are followed; the one not heard of for longest is forgotten first. @default 1_000 */
  readonly maxPrograms?: number | undefined;
  /** How many holes of a program may still be filled; the oldest becomes final first. @default 32 */
  readonly maxHoles?: number | undefined;
  /** How many services are told apart. @default 200 */
  readonly maxServices?: number | undefined;
}

interface Hole {
  readonly from: number;
  readonly to: number;
}

interface Line {
  readonly service: string;
  /** Of the newest stretch. */
  end: number;
  /** Oldest first; none overlaps another. */
  holes: readonly Hole[];
}

export class Coverage {
  readonly #maxPrograms: number;
  readonly #maxHoles: number;
  readonly #maxServices: number;
  // By program, in the order of last use.
  readonly #lines = new Map<string, Line>();
  // Milliseconds that can't come late any more, by service.
  readonly #final = new Map<string, number>();

  constructor({ maxPrograms = 1_000, maxHoles = 32, maxServices = 200 }: CoverageOptions = {}) {
    this.#maxPrograms = maxPrograms;
    this.#maxHoles = maxHoles;
    this.#maxServices = maxServices;
  }

  receive(stretch: Stretch): void {
    const key = JSON.stringify([stretch.service, stretch.instance]);
    const line = this.#lines.get(key) ?? { service: stretch.service, end: stretch.to, holes: [] };
    this.#lines.delete(key);
    this.#lines.set(key, line);
    line.holes = [...filled(line.holes, stretch), ...holeBetween(line.end, stretch)];
    line.end = Math.max(line.end, stretch.to);
    this.#forgetOldest(line);
  }

  /** How many seconds are missing, rounded, by service. */
  get lostSeconds(): Readonly<Record<string, number>> {
    const sums = new Map(this.#final);
    for (const { service, holes } of this.#lines.values()) this.#add(sums, service, holes);
    const seconds = [...sums].map(([service, ms]) => [service, Math.round(ms / 1_000)] as const);
    return Object.fromEntries(seconds.filter(([, count]) => count > 0));
  }

  #forgetOldest(line: Line): void {
    const surplus = Math.max(0, line.holes.length - this.#maxHoles);
    this.#add(this.#final, line.service, line.holes.slice(0, surplus));
    line.holes = line.holes.slice(surplus);
    if (this.#lines.size <= this.#maxPrograms) return;
    const [oldest] = this.#lines;
    if (oldest === undefined) return;
    const [key, { service, holes }] = oldest;
    this.#lines.delete(key);
    this.#add(this.#final, service, holes);
  }

  #add(sums: Map<string, number>, service: string, holes: readonly Hole[]): void {
    if (holes.length === 0) return;
    const name = sums.has(service) || sums.size < this.#maxServices ? service : overflowService;
    const ms = holes.reduce((sum, { from, to }) => sum + to - from, 0);
    sums.set(name, (sums.get(name) ?? 0) + ms);
  }
}

/** The time that one program's points cover; undefined if none says when it was. */
export function stretchOf(program: Program, points: readonly Point[]): Stretch | undefined {
  let from: number | undefined;
  let to = 0;
  let startedAt = 0;
  for (const { temporality, startTime, time } of points) {
    to = Math.max(to, time);
    if (startTime === 0) continue;
    if (temporality === "cumulative") startedAt = Math.max(startedAt, startTime);
    else from = Math.min(from ?? startTime, startTime);
  }
  return to === 0 ? undefined : { ...program, from, to, startedAt };
}

// One that is no longer than the interval after it may be of the clock, or its request still on the way.
function holeBetween(end: number, { from = end, to, startedAt }: Stretch): Hole[] {
  const begin = Math.max(end, startedAt);
  return from - begin > to - from ? [{ from: begin, to: from }] : [];
}

function filled(holes: readonly Hole[], { from, to }: Stretch): readonly Hole[] {
  if (from === undefined) return holes;
  return holes.flatMap((hole) => {
    const before = { from: hole.from, to: Math.min(hole.to, from) };
    const after = { from: Math.max(hole.from, to), to: hole.to };
    return [before, after].filter((rest) => rest.to > rest.from);
  });
}
