/**
 * Does a hand-over depend on the length of the line? As many waiters, parked beforehand, in one line or in
 * many short ones: the same heap and the same work. What they took they give back, and nobody comes again.
 */
import { Lock } from "@holdup/primitives";
import { Floor } from "./floor.ts";
import { heapUsed } from "./heap.ts";
import { cpuNs, interleave, observed, type Cost } from "./measure.ts";

/** How many wait, in all. */
export const parked = 100_000;
/** How many of them wait in a short line. */
export const shortLine = 16;

/** What stands in one line, or in many. */
export type Drained = "holdup" | "holdup observed" | "floor";

/** One hand-over of each, in one line and in many. */
export type DrainCosts = Record<Drained, { readonly one: Cost; readonly many: Cost }>;

interface Drain {
  readonly name: string;
  readonly make: () => Lock | Floor;
  readonly setUp: () => Disposable;
  readonly length: number;
}

const unobserved = (): Disposable => ({ [Symbol.dispose]() {} });
const newLock = () => new Lock("bench");
const newFloor = () => new Floor();

export async function drainCosts(rounds: number): Promise<DrainCosts> {
  const costs = await interleave(
    [
      ...bothLengths("holdup", newLock),
      ...bothLengths("holdup observed", newLock, observed),
      ...bothLengths("floor", newFloor),
    ],
    rounds,
    drain,
  );
  const both = (name: Drained) => ({
    one: costs[`${name} one`] as Cost,
    many: costs[`${name} many`] as Cost,
  });
  return { holdup: both("holdup"), "holdup observed": both("holdup observed"), floor: both("floor") };
}

function bothLengths(name: Drained, make: Drain["make"], setUp: Drain["setUp"] = unobserved): Drain[] {
  return [
    { name: `${name} one`, make, setUp, length: parked },
    { name: `${name} many`, make, setUp, length: shortLine },
  ];
}

/** Nanoseconds of CPU for each hand-over. */
async function drain({ make, setUp, length }: Drain): Promise<number> {
  using _world = setUp();
  const lines: Line[] = [];
  for (let i = 0; i < parked / length; i++) lines.push(await park(make(), length));
  await heapUsed();
  const before = cpuNs();
  for (const { first, last } of lines) {
    first.release();
    await last;
  }
  return (cpuNs() - before) / parked;
}

interface Line {
  readonly first: { release(): void };
  /** Resolves when the last of the line had its turn. */
  readonly last: Promise<void>;
}

async function park(lock: Lock | Floor, length: number): Promise<Line> {
  const first = await lock.acquire();
  for (let i = 1; i < length; i++) void turn(lock);
  return { first, last: turn(lock) };
}

async function turn(lock: Lock | Floor): Promise<void> {
  const hold = await lock.acquire();
  hold.release();
}
