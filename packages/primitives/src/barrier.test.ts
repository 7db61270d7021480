import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Barrier } from "./barrier.ts";
import { useClock } from "./clock.ts";
import { ManualClock } from "./manual-clock.ts";
import { Attempt, manners, patienceMs, type Manner } from "./oracle/attempt.ts";
import { currentTask, spawn } from "./task.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));
const broken = { code: "ERR_BROKEN_BARRIER", name: "BrokenBarrierError" };

test("B1 it is for a whole number of parties, at least one", () => {
  for (const parties of [0, -4, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => new Barrier(parties)).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
  }
});

test("B2 it opens when the last one comes, who does not wait and leaves first; each has its number", async () => {
  const barrier = new Barrier(3, "phase");
  const order: string[] = [];
  const pass = async (name: string) => {
    order.push(`${name} arrives`);
    order.push(`${name} leaves with ${await barrier.wait()}`);
  };

  await Promise.all(["A", "B", "C"].map(pass));

  expect(order).toEqual([
    "A arrives",
    "B arrives",
    "C arrives",
    "C leaves with 2",
    "A leaves with 0",
    "B leaves with 1",
  ]);
});

test("B2 tasks pass as others do", async () => {
  const barrier = new Barrier(3, "phase");

  const tasks = [1, 2, 3].map(() => spawn(() => barrier.wait()));

  expect(await Promise.all(tasks)).toEqual([0, 1, 2]);
});

test("B3 it closes behind them and serves the next round", async () => {
  const barrier = new Barrier(2, "phase");
  const order: string[] = [];
  const pass = async (name: string) => {
    for (let round = 0; round < 3; round++) {
      await barrier.wait();
      order.push(`${round}`);
      if (name === "slow") await turn();
    }
  };

  await Promise.all([pass("quick"), pass("slow")]);

  expect(order).toEqual(["0", "0", "1", "1", "2", "2"]);
  expect(barrier).toMatchObject({ waiting: 0, broken: false });
});

test("B3 who comes while a round leaves waits for the next", async () => {
  const barrier = new Barrier(2, "phase");
  const round = [barrier.wait(), barrier.wait()];
  const late = barrier.wait();
  let lateLeft = false;
  void late.then(() => (lateLeft = true));

  expect(await Promise.all(round)).toEqual([0, 1]);
  await turn();
  expect(lateLeft).toBe(false);

  expect(await Promise.all([late, barrier.wait()])).toEqual([0, 1]);
});

test("B4 waiting counts those who have come, until it opens", async () => {
  const barrier = new Barrier(3, { name: "phase" });
  const counts = [barrier.waiting];
  const waits = [1, 2, 3].map(() => {
    const wait = barrier.wait();
    counts.push(barrier.waiting);
    return wait;
  });
  await Promise.all(waits);

  expect(counts).toEqual([0, 1, 2, 0]);
  expect(barrier).toMatchObject({ name: "phase", parties: 3, waiting: 0 });
});

test("B5 a reset fails those who are inside, and it is usable again", async () => {
  const barrier = new Barrier(3, "phase");
  const inside = [barrier.wait(), spawn(() => barrier.wait())];
  await turn();

  barrier.reset();

  for (const wait of inside) await expect(wait).rejects.toMatchObject(broken);
  expect(barrier).toMatchObject({ broken: false, waiting: 0 });
  expect(await Promise.all([1, 2, 3].map(() => barrier.wait()))).toEqual([0, 1, 2]);
});

test("B5 a reset while a round leaves fails those who have not left yet", async () => {
  const barrier = new Barrier(3, "phase");
  const [first, second, last] = [barrier.wait(), barrier.wait(), barrier.wait()];
  const next = barrier.wait();

  barrier.reset();

  await expect(last).resolves.toBe(2);
  for (const wait of [first, second, next]) await expect(wait).rejects.toMatchObject(broken);
  expect(barrier).toMatchObject({ broken: false, waiting: 0 });
});

test("B6 an abort fails those who are inside and all who come, until a reset", async () => {
  const barrier = new Barrier(3, "phase");
  const inside = [barrier.wait(), spawn(() => barrier.wait())];
  await turn();

  barrier.abort();

  for (const wait of inside) await expect(wait).rejects.toMatchObject(broken);
  expect(barrier).toMatchObject({ broken: true, waiting: 0 });
  await expect(barrier.wait()).rejects.toMatchObject({
    ...broken,
    message: expect.stringContaining('barrier "phase"'),
  });
  barrier.reset();
  expect(barrier.broken).toBe(false);
  expect(await Promise.all([1, 2, 3].map(() => barrier.wait()))).toEqual([0, 1, 2]);
});

test("B6 an abort while a round leaves fails those who have not left yet", async () => {
  const barrier = new Barrier(2, "phase");
  const [first, last] = [barrier.wait(), barrier.wait()];

  barrier.abort();

  await expect(last).resolves.toBe(1);
  await expect(first).rejects.toMatchObject(broken);
});

test("B7 a cancelled waiter only leaves; numbers stay unique", async () => {
  const barrier = new Barrier(3, "phase");
  const abort = new AbortController();
  const cancelled = barrier.wait({ signal: abort.signal });
  const waits = [barrier.wait()];

  abort.abort("enough");

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(barrier).toMatchObject({ waiting: 1, broken: false });
  waits.push(barrier.wait(), barrier.wait());
  expect(await Promise.all(waits)).toEqual([0, 1, 2]);
});

test("B7 a waiter whose time is up only leaves", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const barrier = new Barrier(2, "phase");
  const late = barrier.wait({ timeout: 50 });
  clock.advance(50);

  await expect(late).rejects.toMatchObject({
    code: "ERR_TIMEOUT",
    message: 'waiting for barrier "phase" took longer than 50 ms',
  });
  const round = [barrier.wait({ timeout: 50 }), barrier.wait()];
  expect(await Promise.all(round)).toEqual([0, 1]);
  expect(clock.alarms).toBe(0);
});

test("B7 a task that cancelled itself does not come in, and a cancelled one only leaves", async () => {
  const barrier = new Barrier(2, "phase");
  const itself = spawn(() => {
    currentTask()?.cancel("changed my mind");
    return barrier.wait();
  });
  await expect(itself).rejects.toMatchObject({ cause: "changed my mind" });
  expect(barrier.waiting).toBe(0);
  const cancelled = spawn(() => barrier.wait());
  await turn();

  cancelled.cancel("enough");

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(barrier).toMatchObject({ waiting: 0, broken: false });
});

test("B8 a barrier for one never blocks", async () => {
  const barrier = new Barrier(1, "phase");

  expect([await barrier.wait(), await barrier.wait({ timeout: 0 })]).toEqual([0, 0]);
});

test("B9 one that is cancelled while its round leaves is cancelled; the others leave", async () => {
  const barrier = new Barrier(3, "phase");
  const abort = new AbortController();
  const cancelled = barrier.wait({ signal: abort.signal });
  const task = spawn(() => barrier.wait());
  await turn();
  const last = barrier.wait();

  abort.abort();
  task.cancel();

  await expect(cancelled).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  await expect(last).resolves.toBe(2);
  expect(barrier).toMatchObject({ waiting: 0, broken: false });
  expect(await Promise.all([1, 2, 3].map(() => barrier.wait()))).toEqual([0, 1, 2]);
});

test("B9 one that is cancelled while its round leaves is forgotten", async () => {
  const barrier = new Barrier(2, "phase");
  const cancelled = await (async () => {
    const abort = new AbortController();
    const wait = barrier.wait({ signal: abort.signal });
    void barrier.wait();
    abort.abort();
    await wait.catch(() => {});
    return new WeakRef(abort.signal);
  })();

  for (let i = 0; i < 5; i++) {
    await turn();
    collectGarbage();
  }

  expect(cancelled.deref()).toBeUndefined();
  expect(barrier.waiting).toBe(0);
});

test("B10 one that comes while a round leaves is not counted in it", async () => {
  const barrier = new Barrier(2, "phase");
  const order: string[] = [];
  const pass = (name: string) => void barrier.wait().then(() => order.push(`${name} through`));

  for (const name of ["A", "B", "late"]) pass(name);
  await turn();

  expect(order).toEqual(["B through", "A through"]);
  expect(barrier.waiting).toBe(1);
});

test("an aborted signal rejects even the last to come, and it is not counted", async () => {
  const barrier = new Barrier(1);

  await expect(barrier.wait({ signal: AbortSignal.abort("late") })).rejects.toMatchObject({ cause: "late" });
  expect(barrier.name).toMatch(/^barrier@barrier\.test\.ts:\d+$/);
  expect(barrier.waiting).toBe(0);
});

test("rounds are full, numbers unique, and whoever is interrupted or fails only leaves", async () => {
  type Step = "turn" | "advance" | "reset" | "abort" | { wait: Manner } | { cancel: number };
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { weight: 12, arbitrary: fc.record({ wait: fc.constantFrom(...manners) }) },
    { weight: 5, arbitrary: fc.record({ cancel: fc.nat(20) }) },
    { weight: 1, arbitrary: fc.constantFrom("reset" as const, "abort" as const, "advance" as const) },
    { weight: 3, arbitrary: fc.constant("turn" as const) },
  );
  // The naive barrier: who is inside, who leaves with which number, what has become of the rest.
  type Fate = "inside" | "interrupted" | "broken" | { leaves: number } | { left: number };

  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(anyStep, { maxLength: 50, size: "max" }),
      async (parties, steps) => {
        const clock = new ManualClock();
        using _clock = useClock(clock);
        const barrier = new Barrier(parties, "model");
        const attempts: Attempt<number>[] = [];
        const fates: Fate[] = [];
        const deadlines: number[] = [];
        const settled = new Set<number>();
        let isBroken = false;

        const inside = () => fates.flatMap((fate, id) => (fate === "inside" ? [id] : []));
        const undecided = (fate: Fate | undefined) =>
          fate === "inside" || (typeof fate === "object" && "leaves" in fate);
        // Within its turn, an interruption counts more than what else became of it.
        const interrupt = (id: number) => {
          const fate = fates[id];
          if (undecided(fate) || (fate === "broken" && !settled.has(id))) fates[id] = "interrupted";
        };
        const breakAll = () => {
          for (const [id, fate] of fates.entries()) if (undecided(fate)) fates[id] = "broken";
        };
        const arrive = (): Fate => {
          if (isBroken) return "broken";
          if (inside().length < parties - 1) return "inside";
          for (const [place, id] of inside().entries()) fates[id] = { leaves: place };
          return { left: parties - 1 };
        };
        const settle = async () => {
          await turn();
          for (const [id, fate] of fates.entries()) {
            if (typeof fate === "object" && "leaves" in fate) fates[id] = { left: fate.leaves };
            if (fate !== "inside") settled.add(id);
          }
          const told = attempts.map(({ outcome, value, error }): Fate => {
            if (outcome === "open") return "inside";
            if (outcome === "ok") return { left: value ?? -1 };
            if (outcome === "failed") expect(error).toMatchObject(broken);
            return outcome === "interrupted" ? "interrupted" : "broken";
          });
          expect(told).toEqual(fates);
          expect(barrier).toMatchObject({ waiting: inside().length, broken: isBroken });
        };

        for (const step of steps) {
          if (step === "turn") await settle();
          else if (step === "reset" || step === "abort") {
            barrier[step]();
            isBroken = step === "abort";
            breakAll();
          } else if (step === "advance") {
            clock.advance(patienceMs);
            for (const [id, at] of deadlines.entries()) if (at <= clock.now()) interrupt(id);
          } else if ("cancel" in step) {
            attempts[step.cancel]?.cancel();
            if (attempts[step.cancel]?.cancellable === true) interrupt(step.cancel);
          } else {
            attempts.push(new Attempt(step.wait, (options) => barrier.wait(options)));
            const fate = arrive();
            fates.push(fate);
            if (fate === "broken" || typeof fate === "object") settled.add(fates.length - 1);
            const parked = fate === "inside" && step.wait === "timeout";
            deadlines.push(parked ? clock.now() + patienceMs : Number.POSITIVE_INFINITY);
            if (step.wait === "task") await settle();
          }
        }
        await settle();
        barrier.abort();
        isBroken = true;
        breakAll();
        await settle();
        expect(clock.alarms).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
