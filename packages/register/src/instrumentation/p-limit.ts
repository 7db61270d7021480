import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import { alike, type Callable, type Patches } from "./patches.ts";
import { calling } from "./settling.ts";

interface Limiter {
  (fn: Callable, ...args: unknown[]): Promise<unknown>;
  readonly activeCount: number;
  readonly pendingCount: number;
  readonly concurrency?: number;
  clearQueue(): void;
  map?(iterable: Iterable<unknown>, fn: Callable): Promise<unknown[]>;
}
type Options = number | { readonly concurrency: number };
type PLimit = (options: Options) => Limiter;

/**
 * p-limit: a limiter is a semaphore, and a hold is one run of a function. Limiters are closures without a prototype: each
 * gets a double that has all of its properties.
 */
export const pLimit: Library = {
  name: "p-limit",
  modules: [{ name: "p-limit", versions: [">=3 <8"] }],
  wrap(exports: object, patches: Patches): unknown {
    if (typeof exports === "function") return patches.replacement(exports, wrapFactory);
    const wrapped = patches.export(exports, "default", wrapFactory);
    return patches.export(wrapped, "limitFunction", wrapLimitFunction);
  },
};

function wrapFactory(original: PLimit): PLimit {
  return alike((options) => {
    const limiter = original(options);
    return doubleOf(limiter, ForeignPrimitive.of("semaphore", pLimit.name, concurrencyOf(options)));
  }, original);
}

function concurrencyOf(options: Options): number {
  return typeof options === "number" ? options : options.concurrency;
}

function doubleOf(limiter: Limiter, primitive: ForeignPrimitive): Limiter {
  const limit = primitive.subject.limit || Number.POSITIVE_INFINITY;
  // oxlint-disable-next-line typescript/promise-function-async -- the promise is the limiter's own
  const double = (fn: Callable, ...args: unknown[]): Promise<unknown> => {
    if (typeof fn !== "function") return limiter(fn, ...args);
    const turn = primitive.ask("run");
    const result = limiter(inTurn(turn, fn), ...args);
    // Free places are filled at once: more than that many are waiting.
    if (limiter.activeCount + limiter.pendingCount > (limiter.concurrency ?? limit)) turn.stand();
    else turn.take();
    return result;
  };
  const properties = Object.getOwnPropertyDescriptors(limiter);
  wrapValue(properties, "clearQueue", (clearQueue) => () => {
    clearQueue();
    for (const turn of primitive.waiting) turn.leave("cancelled");
  });
  wrapValue(properties, "map", () => mapOf(limiter, primitive));
  return Object.defineProperties(double, properties) as unknown as Limiter;
}

// The limiter's own `map` runs everything past the double.
function mapOf(limiter: Limiter, primitive: ForeignPrimitive): NonNullable<Limiter["map"]> {
  // oxlint-disable-next-line typescript/promise-function-async -- the promise is the limiter's own
  return (iterable, fn) => {
    const { activeCount, pendingCount } = limiter;
    const turns: Turn[] = [];
    const started = (...args: unknown[]): unknown => {
      const turn = turns[args[1] as number];
      return turn === undefined ? fn(...args) : inTurn(turn, fn)(...args);
    };
    const mapped = limiter.map?.(iterable, typeof fn === "function" ? started : fn) as Promise<unknown[]>;
    // All of them are in the line now, and none has run: the first of them have the free places.
    let free = limiter.activeCount - activeCount;
    for (let left = free + limiter.pendingCount - pendingCount; left > 0; left--) {
      const turn = primitive.ask("run");
      turns.push(turn);
      if (free-- > 0) turn.take();
      else turn.stand();
    }
    return mapped;
  };
}

type LimitFunction = (fn: Callable, options: Options) => Callable & { clearQueue(): void };

// Its limiter is nobody else's and can't be seen: who runs and who waits is counted instead.
function wrapLimitFunction(original: LimitFunction): LimitFunction {
  return alike((fn, options) => {
    const primitive = ForeignPrimitive.of("semaphore", pLimit.name, concurrencyOf(options));
    const limit = primitive.subject.limit || Number.POSITIVE_INFINITY;
    let next: Turn | undefined;
    const limited = original((turn: Turn, ...args: unknown[]) => inTurn(turn, fn)(...args), options);
    const double = (...args: unknown[]): unknown => {
      next = primitive.ask("run");
      const result: unknown = limited(next, ...args);
      if (primitive.held + primitive.size < limit) next.take();
      else next.stand();
      return result;
    };
    const properties = Object.getOwnPropertyDescriptors(limited);
    wrapValue(properties, "clearQueue", (clearQueue) => () => {
      clearQueue();
      for (const turn of primitive.waiting) turn.leave("cancelled");
    });
    return Object.defineProperties(double, properties) as never;
  }, original);
}

function inTurn(turn: Turn, fn: Callable): Callable {
  return (...args) => {
    turn.run();
    return calling(
      () => turn.during(() => fn(...args) as unknown),
      () => turn.done(),
    );
  };
}

function wrapValue(
  properties: PropertyDescriptorMap,
  key: string,
  wrap: (original: Callable) => Callable,
): void {
  const descriptor = properties[key];
  if (typeof descriptor?.value !== "function") return;
  const original = descriptor.value as Callable;
  properties[key] = { ...descriptor, value: alike(wrap(original), original) };
}
