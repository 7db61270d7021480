import { commonJs } from "./commonjs.ts";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import { alike, type Callable, type Patches } from "./patches.ts";
import { calling } from "./settling.ts";

interface Queue {
  concurrency: number;
  paused: boolean;
  running(): number;
  push: Callable;
  unshift: Callable;
  kill: Callable;
  killAndDrain: Callable;
  /** Missing before 1.19. */
  abort?: Callable;
}
type FastQ = ((...args: unknown[]) => Queue) & { promise: (...args: unknown[]) => Queue };

/** fastq: a queue is a semaphore, and a hold is one run of its worker. Queues are closures: each gets other ones. */
export const fastq: Library = {
  name: "fastq",
  modules: [{ name: "fastq", versions: [">=1.8 <2"] }],
  wrap: commonJs((exports: FastQ, patches: Patches) => {
    const wrapped = patches.replacement(exports, (original: FastQ) => wrapFactory(original, calledBack));
    return patches.export(wrapped, "promise", (original: Callable) => wrapFactory(original, promised));
  }),
};

type WrapWorker = (worker: Callable, line: Line) => Callable;

// The one has the other as a property.
function wrapFactory<Factory extends Callable>(original: Factory, wrapWorker: WrapWorker): Factory {
  return new Proxy(original, {
    apply(target, self, args: unknown[]) {
      const at = typeof args[0] === "function" ? 0 : 1;
      const line = new Line(Number(args[at + 1]));
      const worker = args[at];
      if (typeof worker === "function") args[at] = wrapWorker(worker as Callable, line);
      return line.follow(Reflect.apply(target, self, args) as Queue);
    },
  });
}

/** Whose task the worker gets next: nobody says so, but in which order the library goes is known. */
class Line {
  readonly #primitive: ForeignPrimitive;
  // One that need not wait, until its task runs.
  #free: Turn | undefined = undefined;
  // Those that were put before all others, the last of them last.
  #ahead: Turn[] = [];

  constructor(concurrency: number) {
    this.#primitive = ForeignPrimitive.of("semaphore", fastq.name, concurrency);
  }

  follow(queue: Queue): Queue {
    queue.push = alike(this.#asking(queue, queue.push, false), queue.push);
    queue.unshift = alike(this.#asking(queue, queue.unshift, true), queue.unshift);
    for (const name of ["kill", "killAndDrain", "abort"] as const) {
      const original = queue[name];
      if (original !== undefined) queue[name] = alike(this.#emptying(original), original);
    }
    return queue;
  }

  /** The worker gets a task. */
  next(): Turn | undefined {
    const free = this.#free;
    this.#free = undefined;
    if (free !== undefined) return free;
    const [first] = this.#primitive.waiting;
    return this.#ahead.pop() ?? first;
  }

  #asking(queue: Queue, original: Callable, ahead: boolean): Callable {
    return (...args) => {
      const turn = this.#primitive.ask("run", 1, ahead ? 1 : 0);
      if (queue.running() < queue.concurrency && !queue.paused) {
        turn.take();
        this.#free = turn;
      } else {
        turn.stand();
        if (ahead) this.#ahead.push(turn);
      }
      return original(...args) as unknown;
    };
  }

  #emptying(original: Callable): Callable {
    return () => {
      this.#ahead = [];
      for (const turn of this.#primitive.waiting) turn.leave("cancelled");
      return original() as unknown;
    };
  }
}

function calledBack(worker: Callable, line: Line): Callable {
  return function (this: unknown, value: unknown, done: Callable) {
    const turn = line.next();
    // It is the library's own to the program, name and all.
    function worked(error: unknown, result: unknown): void {
      turn?.done();
      done(error, result);
    }
    const work = (): unknown => worker.call(this, value, worked) as unknown;
    turn?.run();
    return turn === undefined ? work() : turn.during(work);
  };
}

function promised(worker: Callable, line: Line): Callable {
  return function (this: unknown, value: unknown) {
    const turn = line.next();
    const work = (): unknown => worker.call(this, value) as unknown;
    if (turn === undefined) return work();
    turn.run();
    return calling(
      () => turn.during(work),
      () => turn.done(),
    );
  };
}
