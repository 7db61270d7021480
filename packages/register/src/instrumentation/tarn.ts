import type { Failure } from "@holdup/primitives";
import { commonJs } from "./commonjs.ts";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import { knexFiles, knexSite } from "./knex.ts";
import type { Library } from "./library.ts";
import type { Callable, Patches } from "./patches.ts";
import { siteAbove } from "./site-above.ts";

interface Pool {
  readonly max: number;
  readonly destroyed: boolean;
  readonly used: readonly { readonly resource: unknown }[];
  readonly pendingAcquires: readonly Pending[];
  /** Those that have got a resource, which is looked at before they are given it. */
  readonly pendingValidations: readonly Pending[];
}
interface Pending {
  isRejected: boolean;
}
interface Tarn {
  readonly Pool: { readonly prototype: Pool };
}

/**
 * tarn, which is also knex's own pool: a hold is a resource that is lent, from when there is room for it: it may have to be
 * made first.
 */
export const tarn: Library = {
  name: "tarn",
  modules: [
    { name: "tarn", versions: [">=3 <4"] },
    { name: "knex", versions: [">=1 <4"], files: knexFiles },
  ],
  wrap: commonJs((exports: Partial<Tarn>, patches: Patches) => {
    // Of knex itself only files within are wrapped.
    if (exports.Pool === undefined) return exports;
    const { prototype } = exports.Pool;
    const needed = ["acquire", "release", "_doAcquire"] as const;
    if (needed.some((name) => !Object.hasOwn(prototype, name))) return exports;
    if (patches.once(prototype)) {
      patches.method(prototype, "acquire", (original) => acquiring(original, patches));
      patches.method(prototype, "release", givingBack);
      patches.method(prototype, "_doAcquire", lending);
    }
    return patches.constructing(exports, "Pool", made);
  }),
};

interface Known {
  readonly primitive: ForeignPrimitive;
  readonly lent: Map<unknown, Turn>;
}

const known = new WeakMap<Pool, Known>();

function made(pool: Pool): Known {
  const pair = {
    primitive: ForeignPrimitive.of("pool", tarn.name, pool.max),
    lent: new Map<unknown, Turn>(),
  };
  known.set(pool, pair);
  return pair;
}

/** One request for a resource, and why it was given up, if the library was told to. */
interface Request {
  readonly turn: Turn;
  readonly pool: Pool;
  readonly lent: Map<unknown, Turn>;
  failure: Failure;
}

const requests = new WeakMap<Pending, Request>();

function acquiring(original: Callable, patches: Patches): Callable {
  return function acquire(this: Pool) {
    const { primitive, lent } = known.get(this) ?? made(this);
    const turn = primitive.ask("acquire");
    const site = knexSite() ?? siteAbove(acquire);
    const free = !this.destroyed && this.used.length + this.pendingAcquires.length < this.max;
    if (free) turn.take(site);
    else turn.stand(site);
    const pending = original.call(this) as Pending;
    wrapPending(Object.getPrototypeOf(pending) as object, patches);
    follow(pending, { turn, pool: this, lent, failure: "timeout" });
    return pending;
  };
}

function wrapPending(prototype: object, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(
    prototype,
    "resolve",
    (original) =>
      function (this: Pending, resource: unknown) {
        const request = requests.get(this);
        request?.lent.set(resource, request.turn);
        request?.turn.takeSoon();
        return original.call(this, resource) as unknown;
      },
  );
  patches.method(
    prototype,
    "abort",
    (original) =>
      function (this: Pending) {
        giveUp(this, requests.get(this)?.pool.destroyed === true ? "shut_down" : "cancelled");
        return original.call(this) as unknown;
      },
  );
  patches.method(
    prototype,
    "reject",
    (original) =>
      function (this: Pending, reason: unknown) {
        giveUp(this, "error");
        return original.call(this, reason) as unknown;
      },
  );
}

// The library calls `reject` within `abort`.
function giveUp(pending: Pending, failure: Failure): void {
  const request = requests.get(pending);
  if (request?.failure === "timeout") request.failure = failure;
}

// The library says on the request that it was given up, and nowhere else before the program is told.
function follow(pending: Pending, request: Request): void {
  requests.set(pending, request);
  let { isRejected } = pending;
  Object.defineProperty(pending, "isRejected", {
    configurable: true,
    enumerable: true,
    get: () => isRejected,
    set(value: boolean) {
      isRejected = value;
      if (request.turn.waits) request.turn.leave(request.failure);
      else request.turn.done();
    },
  });
}

function lending(original: Callable): Callable {
  return function (this: Pool) {
    const before = this.pendingValidations.length;
    original.call(this);
    for (const pending of this.pendingValidations.slice(before)) requests.get(pending)?.turn.take();
  };
}

function givingBack(original: Callable): Callable {
  return function (this: Pool, resource: unknown) {
    const giveBack = (): unknown => original.call(this, resource) as unknown;
    const lent = known.get(this)?.lent;
    const turn = lent?.get(resource);
    if (turn === undefined || !this.used.some((used) => used.resource === resource)) return giveBack();
    lent?.delete(resource);
    return turn.end(giveBack);
  };
}
