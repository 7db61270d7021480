import { commonJs } from "./commonjs.ts";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import { ForeignSubject } from "./foreign-subject.ts";
import type { Library } from "./library.ts";
import type { Callable, Patches } from "./patches.ts";
import { onSettled } from "./settling.ts";

interface Limiter {
  readonly _store: Store;
  stop: Callable;
  _receive: Callable;
}
/** Where the limits are, and who is within them: in this process, or else in a Redis that only answers later. */
interface Store {
  readonly storeOptions: { readonly maxConcurrent: number | null; readonly minTime: number };
  conditionsCheck?(weight: number): boolean;
  check?(weight: number, now: number): boolean;
}
interface Job {
  readonly options: { readonly weight: number; readonly priority: number };
}
interface Group {
  readonly instances: Readonly<Record<string, Limiter>>;
  readonly limiterOptions: { readonly maxConcurrent?: number | null };
}
type LimiterClass = (new (...args: unknown[]) => Limiter) & {
  readonly prototype: Limiter;
  readonly Group: { readonly prototype: Group };
};

/**
 * bottleneck: a limiter is a semaphore, and a hold is one run of a job, its retries included. Who may not start yet, for
 * there were too many within some time, waits for nobody.
 */
export const bottleneck: Library = {
  name: "bottleneck",
  modules: [{ name: "bottleneck", versions: [">=2.19 <3"] }],
  wrap: commonJs((exports: LimiterClass, patches: Patches) => {
    const { prototype, Group } = exports;
    const needed = ["_receive", "_run", "_free"] as const;
    if (needed.some((name) => !Object.hasOwn(prototype, name))) return exports;
    wrapLimiter(prototype, patches);
    if (patches.once(Group.prototype)) patches.method(Group.prototype, "key", keyed);
    const wrapped = patches.constructing(patches.class(exports, made), "default", made);
    return patches.constructing(wrapped, "Group", madeGroup);
  }),
};

interface Known {
  readonly primitive: ForeignPrimitive;
  /** Those who have a place, but were not registered yet. */
  readonly coming: Set<Job>;
  comingWeight: number;
  stopped: boolean;
}
interface Use {
  readonly limiter: Known;
  readonly turn: Turn;
}

const known = new WeakMap<Limiter, Known>();
const groups = new WeakMap<Group, ForeignSubject>();
const uses = new WeakMap<Job, Use>();

function made(limiter: Limiter): Known {
  const limit = limiter._store.storeOptions.maxConcurrent ?? 0;
  return follow(limiter, ForeignPrimitive.of("semaphore", bottleneck.name, limit));
}

function follow(limiter: Limiter, primitive: ForeignPrimitive): Known {
  const mine = { primitive, coming: new Set<Job>(), comingWeight: 0, stopped: false };
  known.set(limiter, mine);
  return mine;
}

function madeGroup(group: Group): ForeignSubject {
  const subject = new ForeignSubject("semaphore", bottleneck.name, group.limiterOptions.maxConcurrent ?? 0);
  groups.set(group, subject);
  return subject;
}

// The limiters of a group are all of one name: there may be one for each user of a service.
function keyed(original: Callable): Callable {
  return function (this: Group, ...args) {
    const limiter = original.apply(this, args) as Limiter;
    if (!known.has(limiter)) {
      const subject = groups.get(this) ?? madeGroup(this);
      follow(limiter, new ForeignPrimitive(subject.namesake()));
    }
    return limiter;
  };
}

function wrapLimiter(prototype: Limiter, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(prototype, "_receive", (original) => receiving(original, patches));
  patches.method(prototype, "_run", registered);
  patches.method(prototype, "_free", freeing);
  patches.method(prototype, "stop", stopping);
}

function receiving(original: Callable, patches: Patches): Callable {
  return function (this: Limiter, job: Job) {
    wrapJob(Object.getPrototypeOf(job) as object, patches);
    const limiter = known.get(this) ?? made(this);
    const { weight, priority } = job.options;
    const turn = limiter.primitive.ask("run", weight, -priority);
    uses.set(job, { limiter, turn });
    const free = isFree(this._store, limiter, weight);
    const received: unknown = original.call(this, job);
    // There is one of that id.
    if (received === false) turn.leave("error");
    else if (free) {
      limiter.coming.add(job);
      limiter.comingWeight += weight;
      turn.take();
    } else turn.stand();
    return received;
  };
}

// Even who need not wait is registered some turns of the event loop later, and goes before those who come meanwhile.
function isFree(store: Store, { primitive, coming, comingWeight }: Known, weight: number): boolean {
  if (store.check === undefined || store.conditionsCheck === undefined || primitive.size > 0) return false;
  if (store.storeOptions.minTime > 0 && coming.size > 0) return false;
  return store.check(weight, Date.now()) && store.conditionsCheck(comingWeight + weight);
}

function cameIn(job: Job): Turn | undefined {
  const use = uses.get(job);
  if (use?.limiter.coming.delete(job) === true) use.limiter.comingWeight -= job.options.weight;
  return use?.turn;
}

// It has its place, and may start when so much time is over.
function registered(original: Callable): Callable {
  return function (this: Limiter, index: unknown, job: Job, wait: number) {
    const turn = cameIn(job);
    if (!(wait > 0)) turn?.take();
    return original.call(this, index, job, wait) as unknown;
  };
}

function freeing(original: Callable): Callable {
  return function (this: Limiter, index: unknown, job: Job, ...rest: unknown[]) {
    const freed: unknown = original.call(this, index, job, ...rest);
    return onSettled(freed, () => uses.get(job)?.turn.done());
  };
}

// From then on the limiter has methods of its own that turn everybody away.
function stopping(original: Callable): Callable {
  return function (this: Limiter, ...args) {
    const limiter = known.get(this) ?? made(this);
    limiter.stopped = true;
    const stopped: unknown = original.apply(this, args);
    const { _receive: refuse } = this;
    this._receive = (job: Job): unknown => {
      limiter.primitive.refuse("run", "shut_down");
      return refuse.call(this, job) as unknown;
    };
    return stopped;
  };
}

function wrapJob(prototype: object, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(
    prototype,
    "doExecute",
    (original) =>
      function (this: Job, ...args) {
        const turn = uses.get(this)?.turn;
        const execute = (): unknown => original.apply(this, args) as unknown;
        turn?.run();
        return turn === undefined ? execute() : turn.during(execute);
      },
  );
  patches.method(
    prototype,
    "doDrop",
    (original) =>
      function (this: Job, ...args) {
        const turn = cameIn(this);
        if (turn?.waits === true)
          turn.leave(uses.get(this)?.limiter.stopped === true ? "shut_down" : "cancelled");
        else turn?.done();
        return original.apply(this, args) as unknown;
      },
  );
}
