import { commonJs } from "./commonjs.ts";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import { alike, type Callable, type Patches } from "./patches.ts";

interface Sema {
  readonly nrTokens: number;
  /** Whether its tokens are all the same, as they are if the program makes none of its own. */
  readonly noTokens: boolean;
  nrWaiting(): number;
}
interface AsyncSema {
  readonly Sema: { readonly prototype: Sema };
  RateLimit: Callable;
}

/** async-sema: a hold is a token that is out. What `RateLimit` gives waits for one that comes back when its time is over. */
export const asyncSema: Library = {
  name: "async-sema",
  modules: [{ name: "async-sema", versions: [">=3 <4"] }],
  wrap: commonJs((exports: AsyncSema, patches: Patches) => {
    wrapSema(exports.Sema.prototype, patches);
    const wrapped = patches.constructing(exports, "Sema", made);
    return patches.export(wrapped, "RateLimit", wrapRateLimit);
  }),
};

interface Known {
  readonly primitive: ForeignPrimitive;
  /** Who has which token, where they differ. */
  readonly tokens: Map<unknown, Turn>;
}

const known = new WeakMap<Sema, Known>();
// What the library's own semaphore, whose making can't be seen, was made for.
let limiter: ForeignPrimitive | undefined;

function made(sema: Sema): Known {
  const primitive = limiter ?? ForeignPrimitive.of("semaphore", asyncSema.name, sema.nrTokens);
  const pair = { primitive, tokens: new Map<unknown, Turn>() };
  known.set(sema, pair);
  return pair;
}

function knownOf(sema: Sema): Known {
  return known.get(sema) ?? made(sema);
}

function wrapSema(prototype: Sema, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(prototype, "acquire", acquiring);
  patches.method(prototype, "tryAcquire", trying);
  patches.method(prototype, "release", releasing);
}

// The `acquire` that runs right now, which tries first. What comes of it is told of at its end: nearer to who called.
let asking: { readonly turn: Turn; granted: boolean } | undefined;

function acquiring(original: Callable): Callable {
  return function (this: Sema) {
    const turn = knownOf(this).primitive.ask("acquire");
    const mine = { turn, granted: false };
    asking = mine;
    const acquired: unknown = original.call(this);
    asking = undefined;
    if (mine.granted) turn.take();
    else turn.stand();
    return acquired;
  };
}

function trying(original: Callable): Callable {
  return function (this: Sema) {
    const asker = asking;
    asking = undefined;
    const token: unknown = original.call(this);
    if (token === undefined) return token;
    const { primitive, tokens } = knownOf(this);
    const turn = asker?.turn ?? primitive.ask("acquire");
    if (asker === undefined) turn.take();
    else asker.granted = true;
    if (!this.noTokens) tokens.set(token, turn);
    return token;
  };
}

function releasing(original: Callable): Callable {
  return function (this: Sema, token?: unknown) {
    const sema = knownOf(this);
    const turn = holderOf(this, sema, token);
    const passOn = (): unknown => {
      const next = firstInLine(this, sema.primitive);
      if (next !== undefined && !this.noTokens) sema.tokens.set(token, next);
      next?.takeSoon();
      return original.call(this, token) as unknown;
    };
    return turn === undefined ? passOn() : turn.end(passOn);
  };
}

// Tokens that are all the same do not say whose they are.
function holderOf({ noTokens }: Sema, { primitive, tokens }: Known, token: unknown): Turn | undefined {
  if (noTokens) {
    const [oldest] = primitive.holding;
    return oldest;
  }
  const turn = tokens.get(token);
  tokens.delete(token);
  return turn;
}

// A release gives to the first that waits, unless it asked before the library was wrapped.
function firstInLine(sema: Sema, { size, waiting }: ForeignPrimitive): Turn | undefined {
  const [first] = waiting;
  return size === sema.nrWaiting() ? first : undefined;
}

interface RateLimitOptions {
  readonly uniformDistribution?: boolean;
}

function wrapRateLimit(original: Callable): Callable {
  return alike((rps: number, options: RateLimitOptions = {}) => {
    const limited = original(rps, options) as Callable;
    const limit = options.uniformDistribution === true ? 1 : rps;
    const primitive = ForeignPrimitive.of("semaphore", asyncSema.name, limit);
    return alike(() => {
      limiter = primitive;
      try {
        return limited() as unknown;
      } finally {
        limiter = undefined;
      }
    }, limited);
  }, original);
}
