import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import { alike, type Callable, type Patches } from "./patches.ts";

interface Item {
  readonly weight: number;
}
interface Semaphore {
  readonly _queue: readonly Item[];
  getValue(): number;
}
interface Mutex {
  readonly _semaphore: Semaphore;
}
interface Sync {
  acquire: Callable;
  runExclusive: Callable;
}
interface AsyncMutex {
  readonly Mutex: { readonly prototype: Mutex };
  readonly Semaphore: { readonly prototype: Semaphore };
}

/** async-mutex: a mutex is a lock, for which the library has a semaphore of its own. */
export const asyncMutex: Library = {
  name: "async-mutex",
  modules: [{ name: "async-mutex", versions: [">=0.5 <0.6"] }],
  wrap(exports: AsyncMutex, patches: Patches): unknown {
    wrapSemaphore(exports.Semaphore.prototype, patches);
    wrapMutex(exports.Mutex.prototype, patches);
    let wrapped = patches.constructing(exports, "Semaphore", (semaphore: Semaphore) => {
      primitives.set(semaphore, ForeignPrimitive.of("semaphore", asyncMutex.name, semaphore.getValue()));
    });
    wrapped = patches.constructing(wrapped, "Mutex", ({ _semaphore }: Mutex) => {
      primitives.set(_semaphore, ForeignPrimitive.of("lock", asyncMutex.name, 1));
    });
    wrapped = patches.export(wrapped, "withTimeout", wrapWithTimeout);
    return patches.export(wrapped, "tryAcquire", wrapTryAcquire);
  },
};

const primitives = new WeakMap<Semaphore, ForeignPrimitive>();

function primitiveOf(semaphore: Semaphore): ForeignPrimitive {
  let primitive = primitives.get(semaphore);
  if (primitive === undefined) {
    primitive = ForeignPrimitive.of("semaphore", asyncMutex.name, semaphore.getValue());
    primitives.set(semaphore, primitive);
  }
  return primitive;
}

/** A turn whose place in the library's line is known. */
interface Place {
  readonly turn: Turn;
  /** Ends its wait, if that has a limit. */
  readonly patience: Patience | undefined;
}

/** A turn that nobody was told of yet. */
interface Asked {
  readonly turn: Turn;
  readonly has: boolean;
}

interface Patience {
  readonly timer: NodeJS.Timeout;
  turn?: Turn;
}

const places = new WeakMap<Item, Place>();

// What the code that runs right now was called for: the library takes no argument that could say so.
let asked: Place | undefined;
let releasing: Turn | undefined;
let granting: Turn | undefined;
let patience: Patience | undefined;
let untold: Asked[] | undefined;

function wrapSemaphore(prototype: Semaphore, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(prototype, "acquire", (original) => entry(acquiring(original)));
  patches.method(prototype, "runExclusive", exclusive);
  patches.method(
    prototype,
    "release",
    (original) =>
      function (this: Semaphore, weight: number = 1) {
        const turn = releasing ?? holderOf(primitiveOf(this), weight);
        releasing = undefined;
        const release = (): unknown => original.call(this, weight);
        return turn === undefined ? release() : turn.end(release);
      },
  );
  patches.method(
    prototype,
    "cancel",
    (original) =>
      function (this: Semaphore) {
        for (const item of this._queue) places.get(item)?.turn.leave("cancelled");
        return original.call(this) as unknown;
      },
  );
  patches.method(
    prototype,
    "_dispatchItem",
    (original) =>
      function (this: Semaphore, item: Item) {
        granting = grantedTo(item);
        original.call(this, item);
        granting = undefined;
      },
  );
  patches.method(
    prototype,
    "_newReleaser",
    (original) =>
      function (this: Semaphore, weight: number) {
        const turn = granting;
        const release = original.call(this, weight) as () => void;
        if (turn === undefined) return release;
        return function () {
          releasing = turn;
          release();
          releasing = undefined;
        };
      },
  );
}

function wrapMutex(prototype: Mutex, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(prototype, "acquire", entry);
  patches.method(prototype, "runExclusive", exclusive);
}

/**
 * A function that the program calls. Who asked within is told of at its end, when all that lies between the library's
 * inner and outer functions is off the stack: the caller is then near enough to be looked up.
 */
function entry(original: Callable): Callable {
  return function (this: unknown, ...args) {
    if (untold !== undefined) return original.apply(this, args) as unknown;
    return telling([], () => original.apply(this, args) as unknown);
  };
}

/** The same for one that runs a function of the program's while it holds. */
function exclusive(original: Callable): Callable {
  return function (this: unknown, callback: unknown, ...args: unknown[]) {
    // The library's own function within is not the program's.
    if (untold !== undefined || typeof callback !== "function") {
      return original.call(this, callback, ...args) as unknown;
    }
    const turns: Asked[] = [];
    const held = function (this: unknown, ...given: unknown[]): unknown {
      const run = (): unknown => callback.apply(this, given) as unknown;
      return turns[0] === undefined ? run() : turns[0].turn.during(run);
    };
    return telling(turns, () => original.call(this, alike(held, callback as Callable), ...args) as unknown);
  };
}

function telling<T>(turns: Asked[], fn: () => T): T {
  untold = turns;
  try {
    return fn();
  } finally {
    untold = undefined;
    tell(turns);
  }
}

function tell(turns: readonly Asked[]): void {
  for (const { turn, has } of turns) {
    if (has) turn.take();
    else turn.stand();
  }
}

function acquiring(original: Callable): Callable {
  return function (this: Semaphore, weight: number = 1, priority: number = 0) {
    const place: Place = { turn: primitiveOf(this).ask("acquire", weight, priority), patience };
    asked = place;
    const acquired: unknown = original.call(this, weight, priority);
    const has = asked === undefined;
    asked = undefined;
    if (!has) stands(this, place);
    else clearTimeout(patience?.timer);
    untold?.push({ turn: place.turn, has });
    return acquired;
  };
}

function stands({ _queue }: Semaphore, place: Place): void {
  // Behind it are only those of lower priority.
  const item = _queue.findLast((other) => !places.has(other));
  if (item !== undefined) places.set(item, place);
  if (place.patience !== undefined) place.patience.turn = place.turn;
}

// One that need not wait is granted while it asks.
function grantedTo(item: Item): Turn | undefined {
  const place = places.get(item) ?? asked;
  asked = undefined;
  clearTimeout(place?.patience?.timer);
  if (place?.turn.waits === true) place.turn.takeSoon();
  return place?.turn;
}

// A release without a releaser does not say whose.
function holderOf(primitive: ForeignPrimitive, weight: number): Turn | undefined {
  for (const turn of primitive.holding) if (turn.permits === weight) return turn;
  return undefined;
}

type WithTimeout = (sync: Sync, timeout: number, error?: Error) => Sync;

function wrapWithTimeout(original: WithTimeout): WithTimeout {
  return alike((sync, timeout, ...rest) => impatient(original(sync, timeout, ...rest), timeout), original);
}

type TryAcquire = (sync: Sync, error?: Error) => Sync;

function wrapTryAcquire(original: TryAcquire): TryAcquire {
  return alike((sync, ...rest) => impatient(original(sync, ...rest), 0), original);
}

// The library goes on waiting for one that has given up, and lets go at once when it has its turn.
function impatient(sync: Sync, timeout: number): Sync {
  const { acquire, runExclusive } = sync;
  sync.acquire = alike(
    entry(function (this: unknown, ...args) {
      // Before the library's own, so that the wait is over when the program is told.
      const mine: Patience = { timer: setTimeout(() => mine.turn?.leave("timeout"), timeout).unref() };
      patience = mine;
      try {
        return acquire.apply(this, args) as unknown;
      } finally {
        patience = undefined;
      }
    }),
    acquire,
  );
  sync.runExclusive = alike(exclusive(runExclusive), runExclusive);
  return sync;
}
