/** Plays the operations of recorded programs on the primitives, in the words of the recording. */
import { Barrier } from "../barrier.ts";
import { Condition } from "../condition.ts";
import { NotHeldError } from "../errors.ts";
import { Event } from "../event.ts";
import type { Hold } from "../hold.ts";
import { Lock } from "../lock.ts";
import { LifoQueue, PriorityQueue, Queue } from "../queue.ts";
import { Semaphore } from "../semaphore.ts";

export type Op = [name: string, argument?: unknown, second?: unknown];

export interface Step {
  ops: Op[];
  /** What the calls that don't wait answered, in order. */
  sync: [outcome: string, value?: unknown][];
  /** What completed since the step before, in order. */
  done: [id: string, outcome: string, value?: unknown][];
  state: Record<string, unknown>;
}

export interface Program {
  kind: string;
  seed: string;
  value?: number;
  maxsize?: number;
  parties?: number;
  steps: Step[];
}

export interface Player {
  /** Starts operations that may wait; each gets the signal that `cancel` aborts. */
  start(op: Op, signal: AbortSignal): Promise<unknown> | undefined;
  /** Calls that don't wait; what they return or throw is compared. */
  call(op: Op): unknown;
  /** Around the operations of a step. */
  before?(ops: readonly Op[]): void;
  after?(): void;
  state(): Record<string, unknown>;
}

/** Released by the holds that were given out, or by signalling. */
export type ReleaseBy = "hold" | "signal";

export function playerOf(program: Program, releaseBy: ReleaseBy): Player {
  switch (program.kind) {
    case "lock":
      return acquirable(new Lock("corpus"), releaseBy);
    case "semaphore":
      return acquirable(new Semaphore(program.value, "corpus"), releaseBy);
    case "bounded_semaphore":
      return acquirable(new Semaphore(program.value, { name: "corpus", bounded: true }), releaseBy);
    case "event":
      return event(new Event("corpus"));
    case "condition":
      return condition(new Condition(undefined, "corpus"));
    case "barrier":
      return barrier(new Barrier(program.parties ?? 0, "corpus"));
    case "fifo_queue":
      return queue(new Queue<number>({ name: "corpus", maxSize: program.maxsize }));
    case "lifo_queue":
      return queue(new LifoQueue<number>({ name: "corpus", maxSize: program.maxsize }));
    case "priority_queue":
      return queue(
        new PriorityQueue<number>({ name: "corpus", maxSize: program.maxsize, compare: (a, b) => a - b }),
      );
    default:
      throw new Error(`there is no player for a ${program.kind}`);
  }
}

function acquirable(subject: Lock | Semaphore, releaseBy: ReleaseBy): Player {
  const holds: Hold[] = [];
  let last: Hold | undefined;
  return {
    start: ([name], signal) =>
      name === "acquire" ? subject.acquire({ signal }).then((hold) => void holds.push(hold)) : undefined,
    call() {
      if (subject instanceof Semaphore && (releaseBy === "signal" || holds.length === 0)) {
        holds.shift();
        return subject.release();
      }
      last = holds.shift() ?? last;
      // Before the first acquire there is no hold to release: nothing of ours to ask.
      if (last === undefined) throw new NotHeldError("never held");
      return last.release();
    },
    state: () => ({
      ...(subject instanceof Semaphore ? { value: subject.available } : {}),
      locked: subject.locked,
      waiters: subject.waiting,
    }),
  };
}

function event(subject: Event): Player {
  return {
    start: ([name], signal) => (name === "wait" ? subject.wait({ signal }) : undefined),
    call: ([name]) => (name === "set" ? subject.set() : subject.clear()),
    state: () => ({ set: subject.isSet, waiters: subject.waiting }),
  };
}

function condition(subject: Condition): Player {
  let held: Hold | undefined;
  return {
    start: ([name], signal) =>
      name === "wait" ? subject.run(() => subject.wait({ signal }), { signal }) : undefined,
    call: ([name, count]) => (name === "notify" ? subject.notify(count as number) : subject.notifyAll()),
    // A step that notifies runs while the player holds the lock.
    before(ops) {
      if (ops.some(([name]) => name.startsWith("notify"))) held = subject.lock.tryAcquire();
    },
    after() {
      held?.release();
      held = undefined;
    },
    state: () => ({ locked: subject.lock.locked, waiters: subject.waiting }),
  };
}

function barrier(subject: Barrier): Player {
  return {
    // Its number is left out: in CPython it repeats after a cancelled waiter (B7).
    start: ([name], signal) => (name === "wait" ? subject.wait({ signal }).then(() => {}) : undefined),
    call: ([name]) => (name === "reset" ? subject.reset() : subject.abort()),
    state: () => ({ n_waiting: subject.waiting, broken: subject.broken }),
  };
}

function queue(subject: Queue<number>): Player {
  return {
    start([name, , value], signal) {
      if (name === "get") return subject.get({ signal });
      if (name === "put") return subject.put(value as number, { signal });
      return name === "join" ? subject.join({ signal }) : undefined;
    },
    call([name, value]) {
      if (name === "get_nowait") return subject.getNowait();
      if (name === "put_nowait") return subject.putNowait(value as number);
      return name === "task_done" ? subject.taskDone() : subject.shutdown({ immediate: value as boolean });
    },
    state: () => ({
      qsize: subject.size,
      unfinished: subject.unfinished,
      getters: subject.waitingToGet,
      putters: subject.waitingToPut,
    }),
  };
}
