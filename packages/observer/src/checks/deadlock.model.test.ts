import fc from "fast-check";
import { expect, test } from "vitest";
import {
  gather,
  Lock,
  ManualClock,
  observe,
  ReadWriteLock,
  Semaphore,
  spawn,
  useClock,
  type Hold,
  type Task,
} from "@holdup/primitives";
import { createObserver } from "../observer.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** What a task does, one after the other; what it takes it gives back at its end. */
type Step = { take: number } | { pause: number } | { children: readonly (readonly Step[])[] };

const { program } = fc.letrec<{ step: Step; steps: Step[]; program: Step[][] }>((tie) => ({
  step: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 6, arbitrary: fc.record({ take: fc.nat(5) }) },
    { weight: 2, arbitrary: fc.record({ pause: fc.integer({ min: 1, max: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ children: fc.array(tie("steps"), { minLength: 1, maxLength: 2 }) }) },
  ),
  steps: fc.array(tie("step"), { maxLength: 4 }),
  program: fc.array(tie("steps"), { minLength: 1, maxLength: 4 }),
}));

class Things {
  readonly lock: Lock = new Lock("lock");
  readonly other: Lock = new Lock("other");
  readonly pool: Semaphore = new Semaphore(2, "pool");
  readonly shared: ReadWriteLock = new ReadWriteLock("shared");
}

// Takes it itself: of a hold that another function has got for it, it would not be known whose it is.
async function perform([step, ...rest]: readonly Step[], things: Things): Promise<void> {
  if (step === undefined) return;
  if ("take" in step) {
    const { lock, other, pool, shared } = things;
    let hold: Promise<Hold>;
    if (step.take === 0) hold = lock.acquire();
    else if (step.take === 1) hold = other.acquire();
    else if (step.take < 4) hold = pool.acquire({ permits: step.take - 1 });
    else hold = step.take === 4 ? shared.read() : shared.write();
    using _hold = await hold;
    return await perform(rest, things);
  }
  if ("pause" in step) for (let i = 0; i < step.pause; i++) await turn();
  if ("children" in step) await gather(step.children.map((child) => () => perform(child, things)));
  await perform(rest, things);
}

async function cancelAll(tasks: readonly Task<unknown>[]): Promise<void> {
  for (const task of tasks) task.cancel();
  while (tasks.some(({ done }) => !done)) await turn();
}

test(
  "a program that comes to rest with tasks left is in a deadlock, and one without is not",
  { timeout: 60_000 },
  async () => {
    let stuck = 0;
    const property = fc.asyncProperty(program, async (tasks) => {
      const clock = new ManualClock();
      using _clock = useClock(clock);
      const observer = createObserver({ sitesPerSecond: Number.POSITIVE_INFINITY });
      using _observing = observe(observer);
      const things = new Things();
      const spawned = tasks.map((steps) => spawn(() => perform(steps, things)));
      for (let i = 0; i < 150; i++) await turn();
      const left = spawned.some(({ done }) => !done);
      for (let looks = 0; looks < 5; looks++) {
        clock.advance(250);
        void observer.findings;
      }
      const found = observer.findings.filter(
        ({ severity, kind }) => severity === "error" && kind !== "leaked-hold",
      );
      await cancelAll(spawned);
      if (left) stuck++;
      expect(found.length > 0).toBe(left);
    });

    await fc.assert(property, { numRuns: 300 });

    expect(stuck).toBeGreaterThan(20);
  },
);
