import type { CallSite } from "@holdup/primitives";
import { commonJs } from "./commonjs.ts";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import { ForeignSubject } from "./foreign-subject.ts";
import type { Library } from "./library.ts";
import type { Callable, Patches } from "./patches.ts";
import { calling } from "./settling.ts";
import { siteAbove } from "./site-above.ts";

type Key = string | number | symbol;
interface Limits {
  /** Milliseconds that one waits at most; 0 is for ever, here and below. */
  readonly timeout: number;
  /** Milliseconds that one waits and works at most. */
  readonly maxOccupationTime: number;
  /** Milliseconds after which the next one gets the lock, whatever is still being done. */
  readonly maxExecutionTime: number;
  readonly maxPending: number;
}
interface AsyncLock extends Limits {
  /** Who waits for a key; nothing where nobody holds it. */
  readonly queues: Readonly<Record<Key, readonly Callable[] | undefined>>;
  readonly domainReentrant: boolean;
  /** The domain of who holds a key, where one may hold it twice. */
  readonly domains?: Readonly<Record<Key, unknown>>;
}
interface AcquireOptions extends Partial<Limits> {
  readonly skipQueue?: boolean;
}
type AsyncLockClass = (new (...args: unknown[]) => AsyncLock) & { readonly prototype: AsyncLock };

/** async-lock: there is a lock for each key, all of one name, and a hold is one run of a function. */
export const asyncLock: Library = {
  name: "async-lock",
  modules: [{ name: "async-lock", versions: [">=1.3 <2"] }],
  wrap: commonJs((exports: AsyncLockClass, patches: Patches) => {
    const { prototype } = exports;
    if (patches.once(prototype)) patches.method(prototype, "acquire", acquiring);
    return patches.class(exports, made);
  }),
};

interface Known {
  readonly subject: ForeignSubject;
  /** Keys that were used lately, with all that are used right now: they may be made as the program goes. */
  readonly keys: Map<Key, ForeignPrimitive>;
  /** With so many, those that nobody uses are forgotten. */
  most: number;
}

const leastKeys = 100;

const known = new WeakMap<AsyncLock, Known>();

function made(lock: AsyncLock): Known {
  const mine = { subject: new ForeignSubject("lock", asyncLock.name, 1), keys: new Map(), most: leastKeys };
  known.set(lock, mine);
  return mine;
}

function primitiveOf(lock: AsyncLock, key: Key): ForeignPrimitive {
  const mine = known.get(lock) ?? made(lock);
  let primitive = mine.keys.get(key);
  if (primitive === undefined) {
    if (mine.keys.size >= mine.most) forget(mine);
    primitive = new ForeignPrimitive(mine.subject.namesake());
    mine.keys.set(key, primitive);
  }
  return primitive;
}

function forget(mine: Known): void {
  const { keys } = mine;
  for (const [key, { size, held }] of keys) if (size + held === 0) keys.delete(key);
  mine.most = Math.max(leastKeys, 2 * keys.size);
}

/** One call for several keys, for which the library asks one within the other, later ones in turns of their own. */
interface Batch {
  readonly site: CallSite;
  readonly work: Callable;
}

// The call for several keys that runs right now; none, where the program's own code does.
let batch: Batch | undefined;

function acquiring(original: Callable): Callable {
  return function acquire(this: AsyncLock, key: Key, work: Callable, ...rest: unknown[]) {
    const ask = (fn: Callable): unknown => original.call(this, key, fn, ...rest) as unknown;
    if (typeof work !== "function") return ask(work);
    if (!Array.isArray(key)) {
      if (isReentrant(this, key)) return ask(work);
      const options = rest[typeof rest[0] === "function" ? 1 : 0] as AcquireOptions | null | undefined;
      return new Use(this, key, work, options ?? {}).begin(ask);
    }
    if (key.length === 0) return ask(work);
    return amid({ site: batch?.site ?? siteAbove(acquire), work }, () => ask(work));
  };
}

function amid<T>(inner: Batch | undefined, fn: () => T): T {
  const outer = batch;
  batch = inner;
  try {
    return fn();
  } finally {
    batch = outer;
  }
}

// Without waiting, whoever holds the key: it is their own.
function isReentrant({ domainReentrant, domains = {}, queues }: AsyncLock, key: Key): boolean {
  const { domain } = process as { domain?: unknown };
  return domainReentrant && Boolean(domain) && Boolean(queues[key]) && domains[key] === domain;
}

/** One use of one key. */
class Use {
  readonly #primitive: ForeignPrimitive;
  readonly #turn: Turn;
  readonly #batch: Batch | undefined = batch;
  readonly #work: Callable;
  readonly #lock: AsyncLock;
  readonly #options: AcquireOptions;
  readonly #queued: number | undefined;
  #timer: NodeJS.Timeout | undefined = undefined;

  constructor(lock: AsyncLock, key: Key, work: Callable, options: AcquireOptions) {
    this.#lock = lock;
    this.#work = work;
    this.#options = options;
    this.#primitive = primitiveOf(lock, typeof key === "symbol" ? key : String(key));
    this.#turn = this.#primitive.ask("acquire", 1, this.#options.skipQueue === true ? 1 : 0);
    this.#queued = lock.queues[key]?.length;
  }

  /** Tells what the library is about to do, and has it done. */
  begin(ask: (fn: Callable) => unknown): unknown {
    const site = this.#batch?.site;
    if (this.#queued === undefined) this.#take(() => this.#turn.take(site));
    else if (this.#queued >= this.#limit("maxPending")) this.#turn.leave("error");
    else this.#wait(site);
    return ask(this.#work.length === 1 ? this.#calledBack : this.#promised);
  }

  #limit(name: keyof Limits): number {
    return this.#options[name] || this.#lock[name];
  }

  // A timer of our own, before the library's: the wait is over when the program is told.
  #wait(site: CallSite | undefined): void {
    this.#turn.stand(site);
    const limits = [this.#limit("timeout"), this.#limit("maxOccupationTime")].filter((ms) => ms > 0);
    if (limits.length > 0) this.#after(Math.min(...limits), () => this.#turn.leave("timeout"));
  }

  #after(ms: number, fn: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(fn, ms).unref();
  }

  // Who has had the lock for too long has it no more, though their function goes on.
  #take(take: () => void): void {
    const { holding, passing } = this.#primitive;
    for (const other of holding) if (other !== this.#turn && !passing.includes(other)) other.done();
    take();
  }

  // The library asks both how many arguments they take.
  readonly #calledBack = (release: Callable): void => {
    this.#run();
    const work = (): unknown =>
      this.#work((error: unknown, result: unknown) => {
        this.#done();
        return release(error, result) as unknown;
      });
    try {
      this.#within(work);
    } catch (error) {
      this.#done();
      throw error;
    }
  };

  readonly #promised = (): unknown => {
    this.#run();
    return calling(
      () => this.#within(this.#work),
      () => this.#done(),
    );
  };

  #run(): void {
    clearTimeout(this.#timer);
    this.#take(() => this.#turn.run());
    const most = this.#limit("maxExecutionTime");
    if (most > 0) this.#after(most, () => this.#turn.done());
  }

  // What the program does in there it does by itself.
  #within(fn: () => unknown): unknown {
    const inner = this.#work === this.#batch?.work ? undefined : this.#batch;
    return this.#turn.during(() => amid(inner, fn));
  }

  #done(): void {
    clearTimeout(this.#timer);
    this.#turn.done();
  }
}
