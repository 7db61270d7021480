import { commonJs } from "./commonjs.ts";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import { alike, type Callable, type Patches } from "./patches.ts";

interface Pool {
  readonly max: number;
  readonly pending: number;
  readonly borrowed: number;
  isBorrowedResource(resource: unknown): boolean;
}
interface GenericPool {
  readonly Pool: { readonly prototype: Pool };
  readonly PriorityQueue: { readonly prototype: object };
  createPool: Callable;
}
interface ResourceRequest {
  resolve(resource: unknown): void;
  reject(reason: unknown): void;
}

/** generic-pool: a hold is a resource that is lent, from when there is room for it: it may have to be made first. */
export const genericPool: Library = {
  name: "generic-pool",
  modules: [{ name: "generic-pool", versions: [">=3 <4"] }],
  wrap: commonJs((exports: GenericPool, patches: Patches) => {
    wrapPool(exports.Pool.prototype, patches);
    wrapQueue(exports.PriorityQueue.prototype, patches);
    const wrapped = patches.constructing(exports, "Pool", made);
    return patches.export(wrapped, "createPool", wrapCreatePool);
  }),
};

interface Known {
  readonly primitive: ForeignPrimitive;
  readonly lent: Map<unknown, Turn>;
}

const known = new WeakMap<Pool, Known>();

function made(pool: Pool): Known {
  const pair = { primitive: ForeignPrimitive.of("pool", genericPool.name, pool.max), lent: new Map() };
  known.set(pool, pair);
  return pair;
}

function wrapCreatePool(original: Callable): Callable {
  return alike(function (this: unknown, ...args) {
    const pool = original.apply(this, args) as Pool;
    made(pool);
    return pool;
  }, original);
}

// The turn of the call that runs right now, until its request stands in the line.
let asking: Asking | undefined;

interface Asking {
  readonly turn: Turn;
  readonly lent: Map<unknown, Turn>;
  granted: boolean;
}

function wrapPool(prototype: Pool, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(prototype, "acquire", acquiring);
  patches.method(prototype, "release", givingBack);
  patches.method(prototype, "destroy", givingBack);
}

function wrapQueue(prototype: object, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(
    prototype,
    "enqueue",
    (original) =>
      function (this: unknown, request: ResourceRequest, ...rest: unknown[]) {
        if (asking !== undefined) follow(request, asking);
        asking = undefined;
        return original.call(this, request, ...rest) as unknown;
      },
  );
}

function acquiring(original: Callable): Callable {
  return function (this: Pool, priority?: number, ...rest: unknown[]) {
    const { primitive, lent } = known.get(this) ?? made(this);
    const turn = primitive.ask("acquire", 1, -(priority ?? 0));
    const free = this.borrowed + this.pending < this.max;
    const mine: Asking = { turn, lent, granted: false };
    asking = mine;
    const acquired: unknown = original.call(this, priority, ...rest);
    const refused = asking !== undefined;
    asking = undefined;
    // It is being drained, or too many wait.
    if (refused) turn.leave("error");
    else if (free || mine.granted) turn.take();
    else turn.stand();
    return acquired;
  };
}

function follow(request: ResourceRequest, mine: Asking): void {
  const { turn, lent } = mine;
  const own = Object.getPrototypeOf(request) as Record<"resolve" | "reject", Callable>;
  request.resolve = function (resource) {
    lent.set(resource, turn);
    mine.granted = true;
    if (turn.waits) turn.takeSoon();
    own.resolve.call(this, resource);
  };
  // Only one that is out of time is rejected.
  request.reject = function (reason) {
    if (turn.waits) turn.leave("timeout");
    else turn.done();
    own.reject.call(this, reason);
  };
}

function givingBack(original: Callable): Callable {
  return function (this: Pool, resource: unknown, ...rest: unknown[]) {
    const giveBack = (): unknown => original.call(this, resource, ...rest);
    const lent = known.get(this)?.lent;
    const turn = lent?.get(resource);
    if (turn === undefined || !this.isBorrowedResource(resource)) return giveBack();
    lent?.delete(resource);
    return turn.end(giveBack);
  };
}
