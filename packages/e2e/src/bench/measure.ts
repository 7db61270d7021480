/** What one case of a benchmark costs: the CPU time of this thread, where Node tells it. */
import { createObserver } from "@holdup/observer";
import { observe } from "@holdup/primitives";

/** One way of doing something; `run` does it about `times` times, and tells how often if that is another number. */
export interface Case {
  readonly name: string;
  /** How often a round does it. @default as often as fills the round */
  readonly times?: number;
  /** Before each round; what it returns is disposed after it. */
  setUp?(): Disposable;
  run(times: number): Promise<number | void> | number | void;
}

/** Nanoseconds for each time: the best round, and the median. */
export interface Cost {
  readonly best: number;
  readonly median: number;
}

interface CpuUsage {
  readonly user: number;
  readonly system: number;
}

// One for all rounds, as a program has one for all its life: a new one looks up more call sites at first.
const observer = createObserver();

/** Watches with everything that a wired program is watched with. */
export const observed = (): Disposable => observe(observer);

const threadCpuUsage = (process as { threadCpuUsage?: () => CpuUsage }).threadCpuUsage?.bind(process);

/** CPU time spent so far, in nanoseconds: of this thread, or of the process before Node 23.9. */
export function cpuNs(): number {
  // The thread's figure is a tick old unless the process's was asked for just before.
  const all = process.cpuUsage();
  const { user, system } = threadCpuUsage?.() ?? all;
  return (user + system) * 1000;
}

/**
 * Runs the cases in rounds, in another random order each time, so that whatever this machine does
 * meanwhile happens to all of them.
 */
export async function compare(
  cases: readonly Case[],
  rounds: number,
  roundMs: number,
): Promise<Record<string, Cost>> {
  const times = new Map<Case, number>();
  for (const one of cases) times.set(one, one.times ?? (await calibrate(one, roundMs)));
  return interleave(cases, rounds, async (one) => {
    const { ns, done } = await cost(one, times.get(one) as number);
    return ns / done;
  });
}

/** Measures each case once a round, in random order. */
export async function interleave<T extends { readonly name: string }>(
  cases: readonly T[],
  rounds: number,
  measure: (one: T) => Promise<number>,
): Promise<Record<string, Cost>> {
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const one of shuffled(cases)) samples.get(one.name)?.push(await measure(one));
  }
  return Object.fromEntries(Array.from(samples, ([name, costs]) => [name, summary(costs)]));
}

/** Runs a case a few times, unmeasured. */
export async function warmUp(one: Case): Promise<void> {
  using _world = one.setUp?.() ?? { [Symbol.dispose]() {} };
  await one.run(one.times ?? 2000);
}

async function calibrate(one: Case, roundMs: number): Promise<number> {
  let times = 64;
  for (;;) {
    const { ns, done } = await cost(one, times);
    if (ns > roundMs * 5e5 || times > 5e6)
      return Math.max(1, Math.round((done * roundMs * 1e6) / Math.max(ns, 1)));
    times *= 4;
  }
}

async function cost(one: Case, times: number): Promise<{ ns: number; done: number }> {
  using _world = one.setUp?.() ?? { [Symbol.dispose]() {} };
  // What an observer may spend in a second has gathered while others ran: a program that does this all the time never
  // has more than its share.
  if (one.setUp !== undefined) await one.run(Math.ceil(times / 2));
  globalThis.gc?.();
  const before = cpuNs();
  const done = (await one.run(times)) ?? times;
  return { ns: cpuNs() - before, done };
}

function summary(costs: number[]): Cost {
  return { best: Math.min(...costs), median: median(costs) };
}

/** The middle one; of an even number the mean of the two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** The same in a random order. */
export function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}
