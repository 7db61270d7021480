import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { isCancelled } from "../errors.ts";
import { observe, type Observer } from "../observer.ts";
import { playerOf, type Program, type ReleaseBy, type Step } from "./players.ts";

const programs = readFileSync(new URL("corpus.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Program);

// What CPython calls the errors of ours.
const pythonNames: Record<string, string> = {
  NotHeldError: "RuntimeError",
  RangeError: "ValueError",
  QueueEmptyError: "QueueEmpty",
  QueueFullError: "QueueFull",
  QueueShutDownError: "QueueShutDown",
};

function nameOf(error: unknown): string {
  if (isCancelled(error)) return "cancelled";
  const { name } = error as Error;
  return pythonNames[name] ?? name;
}

/** Plays a program; returns its steps as this package ran them. */
async function play(program: Program, releaseBy: ReleaseBy = "hold"): Promise<Omit<Step, "ops">[]> {
  const player = playerOf(program, releaseBy);
  const aborts = new Map<string, AbortController>();
  const steps: Omit<Step, "ops">[] = [];
  let done: Step["done"] = [];
  for (const { ops } of program.steps) {
    const sync: Step["sync"] = [];
    done = [];
    player.before?.(ops);
    for (const op of ops) {
      const [name, id] = op as [string, string];
      if (name === "cancel") {
        aborts.get(id)?.abort();
        continue;
      }
      const abort = new AbortController();
      const started = player.start(op, abort.signal);
      if (started === undefined) {
        // Events and conditions have no answers to compare.
        const answer = answerOf(() => player.call(op));
        if (!["event", "condition", "barrier"].includes(program.kind)) sync.push(answer);
        continue;
      }
      aborts.set(id, abort);
      started.then(
        (value) => done.push(value === undefined ? [id, "ok"] : [id, "ok", value]),
        (error: unknown) => done.push([id, nameOf(error)]),
      );
    }
    player.after?.();
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
    steps.push({ sync, done, state: player.state() });
  }
  return steps;
}

function answerOf(call: () => unknown): [string, unknown?] {
  try {
    return ["ok", call() ?? null];
  } catch (error) {
    return [nameOf(error)];
  }
}

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
