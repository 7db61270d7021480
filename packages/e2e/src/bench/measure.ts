/** What one case of a benchmark costs: the CPU time of this thread, where Node tells it. */

/** One way of doing something; `run` does it about `times` times, and tells how often if that is another number. */
export interface Case {
  readonly name: string;
  /** Before the rounds; what it returns is disposed after them. */
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
): Promise<Map<string, Cost>> {
  const times = new Map<string, number>();
  const samples = new Map<string, number[]>(cases.map(({ name }) => [name, []]));
  for (const one of cases) times.set(one.name, await calibrate(one, roundMs));
  for (let round = 0; round < rounds; round++) {
    for (const one of shuffled(cases)) {
      const count = times.get(one.name) as number;
      const { ns, done } = await cost(one, count);
      samples.get(one.name)?.push(ns / done);
    }
  }
  return new Map(Array.from(samples, ([name, costs]) => [name, summary(costs)]));
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
  globalThis.gc?.();
  const before = cpuNs();
  const done = (await one.run(times)) ?? times;
  return { ns: cpuNs() - before, done };
}

function summary(costs: number[]): Cost {
  const sorted = costs.toSorted((a, b) => a - b);
  return { best: sorted[0] ?? Number.NaN, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN };
}

function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(Math.random() * (i + 1));
    [order[i], order[j]] = [order[j] as T, order[i] as T];
  }
  return order;
}

/** Bytes of heap that `make` leaves in use, for each of `count`. */
export async function heapPer(count: number, make: (count: number) => unknown): Promise<number> {
  const before = await heapUsed();
  const kept = await make(count);
  const after = await heapUsed();
  // Kept until it is measured.
  if (kept === undefined) throw new Error("make must return what it made");
  return (after - before) / count;
}

/** The heap in use, after garbage is collected. Needs `--expose-gc`. */
export async function heapUsed(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}
