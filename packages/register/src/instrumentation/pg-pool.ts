import { commonJs } from "./commonjs.ts";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import type { Callable, Patches } from "./patches.ts";
import { siteAbove } from "./site-above.ts";

interface Pool {
  readonly options: { readonly max: number };
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly ending: boolean;
  readonly _pendingQueue: readonly PendingItem[];
}
interface PendingItem {
  callback: (error: unknown, client?: object, release?: Callable) => unknown;
  timedOut?: boolean;
}
type PoolClass = (new (...args: unknown[]) => Pool) & { readonly prototype: Pool };

/**
 * pg-pool, which is also pg's own pool: a hold is a connection that is lent, from when there is room for it: it may have to
 * be opened first.
 */
export const pgPool: Library = {
  name: "pg-pool",
  modules: [{ name: "pg-pool", versions: [">=3 <4"] }],
  wrap: commonJs((exports: PoolClass, patches: Patches) => {
    const { prototype } = exports;
    const needed = ["connect", "newClient", "_acquireClient", "_release"] as const;
    if (needed.some((name) => !Object.hasOwn(prototype, name))) return exports;
    wrapPool(prototype, patches);
    return patches.class(exports, made);
  }),
};

const primitives = new WeakMap<Pool, ForeignPrimitive>();

function made(pool: Pool): ForeignPrimitive {
  const primitive = ForeignPrimitive.of("pool", pgPool.name, pool.options.max);
  primitives.set(pool, primitive);
  return primitive;
}

/** One request for a connection, as the pool keeps it in its line or takes it along while it connects. */
interface Request {
  readonly turn: Turn;
  /** Whether the program's callback, and not its promise, is waiting. */
  readonly calledBack: boolean;
}

const requests = new WeakMap<PendingItem, Request>();
const lent = new WeakMap<object, Turn>();
// The request of the call that runs right now, until the pool has made an item of it.
let asking: Request | undefined;

function wrapPool(prototype: Pool, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(prototype, "connect", connecting);
  patches.method(prototype, "newClient", opening);
  patches.method(prototype, "_acquireClient", lending);
  patches.method(prototype, "_release", givingBack);
}

function connecting(original: Callable): Callable {
  return function connect(this: Pool, callback?: Callable) {
    const turn = (primitives.get(this) ?? made(this)).ask("acquire");
    if (this.ending) {
      turn.leave("shut_down");
      return original.call(this, callback) as unknown;
    }
    const site = siteAbove(connect);
    const { totalCount, idleCount, waitingCount, options } = this;
    const free = options.max - totalCount + idleCount > waitingCount;
    asking = { turn, calledBack: callback !== undefined };
    const result: unknown = original.call(this, callback);
    const queued = this._pendingQueue.at(-1);
    if (asking !== undefined && queued !== undefined) follow(queued, asking);
    asking = undefined;
    if (free) turn.take(site);
    else turn.stand(site);
    return result;
  };
}

// A connection is opened for it: the room for that is its own, whether it succeeds or not.
function opening(original: Callable): Callable {
  return function (this: Pool, item: PendingItem) {
    if (asking !== undefined) follow(item, asking);
    asking = undefined;
    const turn = requests.get(item)?.turn;
    if (turn?.waits === true) turn.take();
    const { callback } = item;
    item.callback = (error, ...rest) => {
      if (error !== undefined && error !== null) turn?.done();
      return callback(error, ...rest);
    };
    return original.call(this, item) as unknown;
  };
}

function lending(original: Callable): Callable {
  return function (this: Pool, client: object, item: PendingItem, ...rest: unknown[]) {
    const request = requests.get(item);
    if (request !== undefined) {
      lent.set(client, request.turn);
      if (request.calledBack) request.turn.run();
      else request.turn.takeSoon();
    }
    return original.call(this, client, item, ...rest) as unknown;
  };
}

function givingBack(original: Callable): Callable {
  return function (this: Pool, client: object, ...rest: unknown[]) {
    const giveBack = (): unknown => original.call(this, client, ...rest);
    const turn = lent.get(client);
    lent.delete(client);
    return turn === undefined ? giveBack() : turn.end(giveBack);
  };
}

// The pool says on the item that its time is over, and nowhere else before the program is told.
function follow(item: PendingItem, request: Request): void {
  const { turn } = request;
  requests.set(item, request);
  let timedOut = item.timedOut;
  Object.defineProperty(item, "timedOut", {
    configurable: true,
    enumerable: true,
    get: () => timedOut,
    set(value: boolean) {
      timedOut = value;
      if (turn.waits) turn.leave("timeout");
      else turn.done();
    },
  });
}
