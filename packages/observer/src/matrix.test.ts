import fc from "fast-check";
import { expect, test } from "vitest";
import {
  callSite,
  Lock,
  ManualClock,
  observe,
  ReadWriteLock,
  Semaphore,
  useClock,
  type CallSite,
  type Hold,
} from "@holdup/primitives";
import { createObserver } from "./observer.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

type Step =
  | { do: "acquire"; permits: number; cancellable: boolean; place: number }
  | { do: "release"; which: number }
  | { do: "cancel"; which: number }
  | { do: "look" }
  | { do: "advance"; ms: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("acquire" as const),
      permits: fc.integer({ min: 1, max: 3 }),
      cancellable: fc.boolean(),
      place: fc.nat(3),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("release" as const), which: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), which: fc.nat(15) }) },
  { weight: 1, arbitrary: fc.constant({ do: "look" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("advance" as const),
      ms: fc.double({ min: 1e-3, max: 5000, noNaN: true }),
    }),
  },
);

const schedules = fc.array(anyStep, { minLength: 2, maxLength: 25, size: "max" });

// Three places that are known, and one that is not.
const places: readonly (CallSite | undefined)[] = [
  (function stock() {
    return callSite();
  })(),
  (function payments() {
    return callSite();
  })(),
  (function receipts() {
    return callSite();
  })(),
  undefined,
];
const names = ["stock", "payments", "receipts", undefined] as const;

interface Options {
  readonly signal?: AbortSignal | undefined;
  readonly site?: CallSite | undefined;
}

/** Something to wait for: `permits` is what one takes of it. */
interface Contended {
  acquire(permits: number, options: Options): Promise<Hold>;
  permits(wanted: number): number;
}

const lock = (): Contended => {
  const it = new Lock("random");
  return { acquire: (_permits, options) => it.acquire(options), permits: () => 1 };
};

const semaphore = (limit: number) => (): Contended => {
  const it = new Semaphore(limit, "random");
  return {
    acquire: (permits, options) => it.acquire({ ...options, permits }),
    permits: (wanted) => Math.min(wanted, limit),
  };
};

// Who wants three permits writes.
const readersAndWriter = (): Contended => {
  const it = new ReadWriteLock("random");
  return {
    acquire: (permits, options) => (permits === 3 ? it.write(options) : it.read(options)),
    permits: () => 1,
  };
};

/** What a person would write down with a pencil: who waits and who holds in every interval. */
class Pencil {
  blocked = 0;
  unattributed = 0;
  readonly blame = new Map<string, number>();
  readonly matrix = new Map<string, number>();

  interval(
    ms: number,
    waiting: readonly number[],
    held: readonly { permits: number; place: number }[],
  ): void {
    const permits = held.reduce((sum, hold) => sum + hold.permits, 0);
    for (const waiter of waiting) {
      this.blocked += ms;
      if (permits === 0) {
        this.unattributed += ms;
        add(this.matrix, `${names[waiter]} nobody`, ms);
      }
      for (const hold of held) {
        const share = (ms * hold.permits) / permits;
        add(this.blame, String(names[hold.place]), share);
        add(this.matrix, `${names[waiter]} ${names[hold.place]}`, share);
      }
    }
  }
}

function add(sums: Map<string, number>, key: string, ms: number): void {
  sums.set(key, (sums.get(key) ?? 0) + ms);
}

async function reckon(make: () => Contended, steps: readonly Step[]): Promise<void> {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const observer = createObserver({ sitesPerSecond: 0 });
  using _observing = observe(observer);
  const contended = make();
  const pencil = new Pencil();
  const held: { hold: Hold; permits: number; place: number }[] = [];
  const waiting: { place: number }[] = [];
  const aborts: AbortController[] = [];

  for (const step of [{ do: "acquire", permits: 1, cancellable: false, place: 0 } as const, ...steps]) {
    if (step.do === "acquire") {
      const { place, permits: wanted } = step;
      const abort = new AbortController();
      aborts.push(abort);
      const waiter = { place };
      waiting.push(waiter);
      const leave = () => waiting.splice(waiting.indexOf(waiter), 1);
      const permits = contended.permits(wanted);
      const asked = contended.acquire(wanted === 3 && permits === 1 ? 3 : permits, {
        site: places[place],
        signal: step.cancellable ? abort.signal : undefined,
      });
      asked.then(
        (hold) => {
          leave();
          return held.push({ hold, permits, place });
        },
        () => leave(),
      );
    } else if (step.do === "release") held.splice(step.which, 1)[0]?.hold.release();
    else if (step.do === "cancel") aborts[step.which]?.abort();
    else if (step.do === "look") observer.snapshot();
    else {
      pencil.interval(
        step.ms,
        waiting.map(({ place }) => place),
        held,
      );
      clock.advance(step.ms);
    }
    await turn();
  }

  const [measured] = observer.snapshot().primitives;
  if (measured === undefined) throw new Error("nothing was measured");
  const known = (name: string | undefined) => String(name === "(not sampled)" ? undefined : name);
  const blame = new Map<string, number>();
  for (const { site, blameMs } of measured.byHolder) add(blame, known(site?.functionName), blameMs);
  const matrix = new Map<string, number>();
  for (const { waiter, holder, blockedMs } of measured.matrix) {
    add(
      matrix,
      `${waiter?.functionName} ${holder === null ? "nobody" : known(holder.functionName)}`,
      blockedMs,
    );
  }
  close(measured.blockedMs, pencil.blocked, pencil.blocked);
  close(measured.unattributedMs, pencil.unattributed, pencil.blocked);
  close(sum(blame) + measured.unattributedMs, measured.blockedMs, pencil.blocked);
  close(sum(matrix), measured.blockedMs, pencil.blocked);
  same(blame, pencil.blame, pencil.blocked);
  same(matrix, pencil.matrix, pencil.blocked);
  expect(measured).toMatchObject({ waiters: { length: waiting.length }, holders: { length: held.length } });
}

const sum = (sums: ReadonlyMap<string, number>) => [...sums.values()].reduce((total, ms) => total + ms, 0);

function same(
  actual: ReadonlyMap<string, number>,
  expected: ReadonlyMap<string, number>,
  scale: number,
): void {
  for (const key of new Set([...actual.keys(), ...expected.keys()])) {
    close(actual.get(key) ?? 0, expected.get(key) ?? 0, scale, key);
  }
}

function close(actual: number, expected: number, scale: number, what?: string): void {
  expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(1e-9 * Math.max(1, scale));
}

test("all waiting is charged to the sites that waited and held, as reckoned by hand: a lock, 3,500 schedules", async () => {
  await fc.assert(
    fc.asyncProperty(schedules, (steps) => reckon(lock, steps)),
    { numRuns: 3500 },
  );
}, 120_000);

test("… a semaphore with weights, 3,500 schedules", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), schedules, (limit, steps) =>
      reckon(semaphore(limit), steps),
    ),
    { numRuns: 3500 },
  );
}, 120_000);

test("… readers and writers, 3,500 schedules", async () => {
  await fc.assert(
    fc.asyncProperty(schedules, (steps) => reckon(readersAndWriter, steps)),
    { numRuns: 3500 },
  );
}, 120_000);
