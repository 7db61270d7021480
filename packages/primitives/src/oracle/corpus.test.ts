import { expect, test } from "vitest";
import { observe, type Observer } from "../observer.ts";
import { play, programs } from "./play.ts";
import type { Program, ReleaseBy, Step } from "./players.ts";

/** The recorded steps; of a barrier without its numbers, and in no order after a cancel, as CPython's has none. */
function expected(program: Program): Omit<Step, "ops">[] {
  return program.steps.map(({ sync, done, state }) => ({
    sync,
    done: program.kind === "barrier" ? done.map(([id, outcome]) => [id, outcome]) : done,
    state,
  }));
}

function comparable(program: Program, steps: Omit<Step, "ops">[]): Omit<Step, "ops">[] {
  if (program.kind !== "barrier") return steps;
  const cancelled = program.steps.findIndex(({ ops }) => ops.some(([name]) => name === "cancel"));
  return steps.map((step, i) =>
    cancelled >= 0 && i >= cancelled
      ? { ...step, done: step.done.toSorted(([a], [b]) => (a < b ? -1 : 1)) }
      : step,
  );
}

async function agree(kinds: readonly string[], releaseBy?: ReleaseBy): Promise<number> {
  const chosen = programs.filter(({ kind }) => kinds.includes(kind));
  for (const program of chosen) {
    const played = await play(program, releaseBy);
    expect(comparable(program, played), program.seed).toEqual(comparable(program, expected(program)));
  }
  return chosen.length;
}

test("L1-L8 all 50 lock programs give CPython's trace", async () => {
  expect(await agree(["lock"])).toBe(50);
});

test("S1-S10 all 49 semaphore programs give CPython's trace, released by hold or by signal", async () => {
  expect(await agree(["semaphore", "bounded_semaphore"], "hold")).toBe(49);
  expect(await agree(["semaphore", "bounded_semaphore"], "signal")).toBe(49);
});

test("E1-E5 all 50 event programs give CPython's trace", async () => {
  expect(await agree(["event"])).toBe(50);
});

test("C1-C11 all 50 condition programs give CPython's trace", async () => {
  expect(await agree(["condition"])).toBe(50);
});

test("B1-B10 all 50 barrier programs give CPython's trace", async () => {
  expect(await agree(["barrier"])).toBe(50);
});

test("Q1-Q16 all 150 queue programs give CPython's trace", async () => {
  expect(await agree(["fifo_queue"])).toBe(50);
  expect(await agree(["lifo_queue"])).toBe(50);
  expect(await agree(["priority_queue"])).toBe(50);
});

test("O4 the traces are the same while observed", async () => {
  const told = new Set<string>();
  const events = [
    "taken",
    "passed",
    "refused",
    "parked",
    "granted",
    "resumed",
    "withdrawn",
    "left",
    "releasing",
    "released",
  ];
  const notes = events.map((name) => [name, () => void told.add(name)] as const);
  using _observing = observe(Object.fromEntries(notes) as unknown as Observer);
  for (const program of programs) {
    expect(comparable(program, await play(program)), program.seed).toEqual(
      comparable(program, expected(program)),
    );
  }
  expect([...told].toSorted()).toEqual(events.toSorted());
});
