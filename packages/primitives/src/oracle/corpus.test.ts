import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { NotHeldError } from "../errors.ts";
import type { Hold } from "../hold.ts";
import { Lock } from "../lock.ts";
import { observe, type Observer } from "../observer.ts";
import { Semaphore } from "../semaphore.ts";

type Op = ["acquire" | "cancel", string] | ["release"];
interface Step {
  ops: Op[];
  sync: [string, unknown?][];
  done: [string, string, unknown?][];
  state: { locked?: boolean; waiters: number; value?: number };
}
interface Program {
  kind: "lock" | "semaphore" | "bounded_semaphore";
  value?: number;
  seed: string;
  steps: Step[];
}

const programs = readFileSync(new URL("corpus.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Program);

const pythonNames: Record<string, string> = { NotHeldError: "RuntimeError", RangeError: "ValueError" };

/** Plays a program; returns the steps as this package ran them. */
async function play(program: Program, releaseBy: "hold" | "signal"): Promise<Omit<Step, "ops">[]> {
  const subject =
    program.kind === "lock"
      ? new Lock("corpus")
      : new Semaphore(program.value, { name: "corpus", bounded: program.kind === "bounded_semaphore" });
  const aborts = new Map<string, AbortController>();
  const holds: Hold[] = [];
  let last: Hold | undefined;
  let done: Step["done"] = [];

  function acquire(id: string): void {
    const abort = new AbortController();
    aborts.set(id, abort);
    subject.acquire({ signal: abort.signal }).then(
      (hold) => {
        holds.push(hold);
        done.push([id, "ok"]);
      },
      () => done.push([id, "cancelled"]),
    );
  }

  function release(): void {
    if (subject instanceof Semaphore && (releaseBy === "signal" || holds.length === 0)) {
      holds.shift();
      subject.release();
      return;
    }
    last = holds.shift() ?? last;
    // Before the first acquire there is no hold to release: nothing of ours to ask.
    if (last === undefined) throw new NotHeldError("never held");
    last.release();
  }

  function perform(op: Op): [string, unknown?] | undefined {
    if (op[0] === "acquire") acquire(op[1]);
    if (op[0] === "cancel") aborts.get(op[1])?.abort();
    if (op[0] !== "release") return undefined;
    try {
      release();
      return ["ok", null];
    } catch (error) {
      const { name } = error as Error;
      return [pythonNames[name] ?? name];
    }
  }

  const steps: Omit<Step, "ops">[] = [];
  for (const { ops } of program.steps) {
    done = [];
    const sync = ops.map(perform).filter((result) => result !== undefined);
    for (let turn = 0; turn < 3; turn++) await new Promise<void>((resolve) => void setImmediate(resolve));
    const { locked, waiting } = subject;
    const value = subject instanceof Semaphore ? { value: subject.available } : {};
    steps.push({ sync, done, state: { ...value, locked, waiters: waiting } });
  }
  return steps;
}

const expected = (program: Program): Omit<Step, "ops">[] =>
  program.steps.map(({ sync, done, state }) => ({ sync, done, state }));

test("L1-L8 all lock programs give CPython's trace", async () => {
  for (const program of programs.filter(({ kind }) => kind === "lock")) {
    expect(await play(program, "hold"), program.seed).toEqual(expected(program));
  }
});

test("S1-S10 all semaphore programs give CPython's trace, released by hold or by signal", async () => {
  for (const program of programs.filter(({ kind }) => kind !== "lock")) {
    expect(await play(program, "hold"), program.seed).toEqual(expected(program));
    expect(await play(program, "signal"), program.seed).toEqual(expected(program));
  }
});

test("O4 the traces are the same while observed", async () => {
  const told = new Set<keyof Observer>();
  const note = (name: keyof Observer) => () => void told.add(name);
  using _observing = observe({
    taken: note("taken"),
    refused: note("refused"),
    parked: note("parked"),
    granted: note("granted"),
    resumed: note("resumed"),
    left: note("left"),
    releasing: note("releasing"),
    released: note("released"),
  });
  for (const program of programs) {
    expect(await play(program, "hold"), program.seed).toEqual(expected(program));
  }
  expect([...told].toSorted()).toEqual([
    "granted",
    "left",
    "parked",
    "released",
    "releasing",
    "resumed",
    "taken",
  ]);
});
