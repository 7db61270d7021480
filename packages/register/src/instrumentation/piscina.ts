import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import { onAbort } from "./on-abort.ts";
import type { Callable, Patches } from "./patches.ts";

interface Piscina {
  readonly queueSize: number;
  readonly options: {
    readonly maxThreads: number;
    readonly maxQueue: number;
    readonly concurrentTasksPerWorker: number;
  };
}
interface TaskInfo {
  started: number;
  readonly abortSignal: AbortSignal | null;
}
interface RunOptions {
  readonly signal?: AbortSignal | null;
}
interface Exports {
  readonly Piscina: { readonly prototype: Piscina };
}
interface TaskExports {
  readonly TaskInfo: { readonly prototype: TaskInfo };
}

/** piscina: a pool of threads; a hold is a task that runs in one. A thread that is being started for it is waited for. */
export const piscina: Library = {
  name: "piscina",
  modules: [
    {
      name: "piscina",
      versions: [">=4 <6"],
      files: { "piscina/dist/task_queue/index.js": wrapTasks },
    },
  ],
  wrap(exports: Exports, patches: Patches): unknown {
    const { prototype } = exports.Piscina;
    if (patches.once(prototype)) patches.method(prototype, "run", running);
    let wrapped = exports;
    for (const name of ["Piscina", "default", "module.exports"]) {
      if (Reflect.get(wrapped, name) === exports.Piscina) wrapped = patches.constructing(wrapped, name, made);
    }
    return typeof exports === "function" ? patches.class(exports, made) : wrapped;
  },
};

const primitives = new WeakMap<Piscina, ForeignPrimitive>();
const turns = new WeakMap<TaskInfo, Turn>();
// The turn of the call that runs right now, until there is a task for it.
let asking: Turn | undefined;
let asked: TaskInfo | undefined;

function made(pool: Piscina): ForeignPrimitive {
  const { maxThreads, concurrentTasksPerWorker } = pool.options;
  const limit = maxThreads * concurrentTasksPerWorker;
  const primitive = ForeignPrimitive.of("pool", piscina.name, limit).endingByItself();
  primitives.set(pool, primitive);
  return primitive;
}

function wrapTasks(exports: TaskExports, patches: Patches): unknown {
  const { prototype } = exports.TaskInfo;
  if (patches.once(prototype)) {
    patches.method(
      prototype,
      "done",
      (original) =>
        function (this: TaskInfo, ...args) {
          const turn = turns.get(this);
          if (turn?.waits === true) turn.leave("shut_down");
          else turn?.done();
          return original.apply(this, args) as unknown;
        },
    );
  }
  return patches.constructing(exports, "TaskInfo", follow);
}

function follow(task: TaskInfo): void {
  const turn = asking;
  if (turn === undefined) return;
  asking = undefined;
  asked = task;
  turns.set(task, turn);
  let { started } = task;
  Object.defineProperty(task, "started", {
    configurable: true,
    enumerable: true,
    get: () => started,
    set(at: number) {
      started = at;
      if (turn.waits) turn.run();
    },
  });
}

function running(original: Callable): Callable {
  return function (this: Piscina, task: unknown, options?: RunOptions) {
    const primitive = primitives.get(this) ?? made(this);
    const turn = primitive.ask("run");
    const full = primitive.size > 0 && this.queueSize >= this.options.maxQueue;
    asking = turn;
    const result: unknown =
      options === undefined ? original.call(this, task) : original.call(this, task, options);
    const info = asked;
    asking = undefined;
    asked = undefined;
    begin(turn, info, full);
    onAbort(options?.signal ?? undefined, () => {
      if (turn.holds) turn.done();
      else turn.leave("cancelled");
    });
    return result;
  };
}

function begin(turn: Turn, task: TaskInfo | undefined, full: boolean): void {
  if (task === undefined) turn.leave("error");
  else if (task.started > 0) turn.take();
  else if (task.abortSignal?.aborted === true) turn.leave("cancelled");
  else if (full) turn.leave("error");
  else turn.stand();
}
