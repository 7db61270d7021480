import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import type { Callable, Patches } from "./patches.ts";
import { onAbort } from "./on-abort.ts";
import { calling } from "./settling.ts";
import { siteAbove } from "./site-above.ts";

interface PQueue {
  readonly size: number;
  readonly pending: number;
  readonly concurrency: number;
  readonly isPaused: boolean;
}
interface QueueOptions {
  readonly concurrency?: number;
  readonly interval?: number;
  readonly intervalCap?: number;
}
interface TaskOptions {
  readonly priority?: number;
  readonly signal?: AbortSignal;
}

/** p-queue: a queue of functions to run is a semaphore, and a hold is one run of a function. */
export const pQueue: Library = {
  name: "p-queue",
  modules: [{ name: "p-queue", versions: [">=6 <11"] }],
  wrap(exports: { readonly default: { readonly prototype: PQueue } }, patches: Patches): unknown {
    wrapQueue(exports.default.prototype, patches);
    return patches.constructing(exports, "default", (queue: PQueue, [options]) =>
      made(queue, options as QueueOptions | undefined),
    );
  },
};

interface Known {
  readonly primitive: ForeignPrimitive;
  /** It lets only so many start within some time. */
  readonly rated: boolean;
}

const known = new WeakMap<PQueue, Known>();

function made(
  queue: PQueue,
  { interval = 0, intervalCap = Number.POSITIVE_INFINITY }: QueueOptions = {},
): Known {
  const primitive = ForeignPrimitive.of("semaphore", pQueue.name, queue.concurrency);
  const queueIs = { primitive, rated: interval > 0 && intervalCap !== Number.POSITIVE_INFINITY };
  known.set(queue, queueIs);
  return queueIs;
}

function wrapQueue(prototype: PQueue, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(prototype, "add", adding);
  patches.method(
    prototype,
    "clear",
    (original) =>
      function (this: PQueue) {
        const cleared: unknown = original.call(this);
        for (const turn of known.get(this)?.primitive.waiting ?? []) turn.leave("cancelled");
        return cleared;
      },
  );
}

function adding(original: Callable): Callable {
  return function add(this: PQueue, fn: Callable, options?: TaskOptions, ...rest: unknown[]) {
    if (typeof fn !== "function") return original.call(this, fn, options, ...rest) as unknown;
    const { primitive, rated } = known.get(this) ?? made(this);
    const turn = primitive.ask("run", 1, priorityOf(options));
    // A function that need not wait runs amid the library's own, too far from who added it to look that up there.
    const site = rated ? siteAbove(add) : undefined;
    const { size } = this;
    const free = !rated && !this.isPaused && size === 0 && this.pending < this.concurrency;
    if (free && options?.signal?.aborted !== true) turn.take();
    let started = false;
    const task = (...args: unknown[]): unknown => {
      started = true;
      turn.run(site);
      const [{ signal } = {}] = args as [TaskOptions?];
      // Out of time, or given up: its place is free, whatever it still does.
      const forget = onAbort(signal, () => turn.done());
      const settled = (): void => {
        forget();
        turn.done();
      };
      return calling(() => turn.during(() => fn(...args) as unknown), settled);
    };
    const added: unknown = original.call(this, task, options, ...rest);
    if (started) return added;
    if (this.size > size) stands(turn, options);
    // The library did not want it.
    else turn.done();
    return added;
  };
}

function stands(turn: Turn, options: TaskOptions | undefined): void {
  turn.stand();
  onAbort(options?.signal, () => turn.leave("cancelled"));
}

function priorityOf(options: TaskOptions | undefined): number {
  return typeof options?.priority === "number" && !Number.isNaN(options.priority) ? options.priority : 0;
}
