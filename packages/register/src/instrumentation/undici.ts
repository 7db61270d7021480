import { commonJs } from "./commonjs.ts";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import { ForeignSubject } from "./foreign-subject.ts";
import type { Library } from "./library.ts";
import { alike, type Callable, type Patches } from "./patches.ts";
import { siteAbove } from "./site-above.ts";

interface Dispatcher {
  dispatch(options: unknown, handler: Handler): boolean;
}
interface Pool extends Dispatcher {
  readonly stats: { readonly queued: number };
}
type Handler = Record<string, Callable | undefined>;
type DispatcherClass<Instance extends Dispatcher> = { readonly prototype: Instance };
interface Undici {
  readonly Pool: DispatcherClass<Pool>;
  readonly Client: DispatcherClass<Dispatcher>;
  readonly Agent: DispatcherClass<Dispatcher>;
}
interface Options {
  readonly connections?: number | null;
  readonly pipelining?: number;
}

/**
 * undici: a hold is a connection that works on a request, until the response is read. A pool without a limit of
 * connections opens another one, and nobody waits: it is left alone.
 */
export const undici: Library = {
  name: "undici",
  modules: [{ name: "undici", versions: [">=7 <9"] }],
  wrap: commonJs((exports: Undici, patches: Patches) => {
    wrapDispatch(exports.Pool.prototype, patches, pooled);
    wrapDispatch(exports.Client.prototype, patches, single);
    wrapDispatch(exports.Agent.prototype, patches, byAgent);
    let wrapped = patches.constructing(exports, "Pool", (pool: Pool, [, options]) =>
      madePool(pool, options as Options),
    );
    wrapped = patches.constructing(wrapped, "Client", (client: Dispatcher, [, options]) =>
      madeClient(client, options as Options),
    );
    return patches.constructing(wrapped, "Agent", (agent: Dispatcher, [options]) =>
      madeAgent(agent, options as Options),
    );
  }),
};

/** What is known of pools and clients; null: it has no limit. */
const primitives = new WeakMap<Dispatcher, ForeignPrimitive | null>();
/** What an agent's pools are called after; null: they have no limit. */
const agents = new WeakMap<Dispatcher, ForeignSubject | null>();
/** Whose request a handler of ours belongs to. */
const turns = new WeakMap<Handler, Turn>();
// The agent that dispatches right now: a pool that is new then is its own.
let dispatching: ForeignSubject | null = null;

function madePool(pool: Dispatcher, { connections, pipelining = 1 }: Options = {}): void {
  primitives.set(
    pool,
    connections ? ForeignPrimitive.of("pool", undici.name, connections * pipelining).endingByItself() : null,
  );
}

function madeClient(client: Dispatcher, { pipelining = 1 }: Options = {}): void {
  primitives.set(client, ForeignPrimitive.of("pool", undici.name, pipelining).endingByItself());
}

function madeAgent(agent: Dispatcher, { connections, pipelining = 1 }: Options = {}): void {
  agents.set(agent, connections ? new ForeignSubject("pool", undici.name, connections * pipelining) : null);
}

function primitiveOf(dispatcher: Dispatcher): ForeignPrimitive | null {
  let primitive = primitives.get(dispatcher);
  if (primitive === undefined) {
    primitive = dispatching === null ? null : new ForeignPrimitive(dispatching.namesake()).endingByItself();
    primitives.set(dispatcher, primitive);
  }
  return primitive;
}

type Around = (original: Callable) => Callable;

// The method is inherited: each class gets one of its own, as long as it is wrapped.
function wrapDispatch(prototype: Dispatcher, patches: Patches, around: Around): void {
  if (!patches.once(prototype)) return;
  const dispatch = Reflect.get(prototype, "dispatch") as Callable;
  const value = alike(around(dispatch), dispatch);
  patches.define(prototype, "dispatch", { configurable: true, writable: true, value });
}

const byAgent: Around = (original) =>
  function (this: Dispatcher, options: unknown, handler: unknown) {
    const before = dispatching;
    dispatching = agents.get(this) ?? null;
    try {
      return original.call(this, options, handler) as unknown;
    } finally {
      dispatching = before;
    }
  };

const pooled: Around = (original) =>
  function dispatch(this: Pool, options: unknown, handler: Handler) {
    const primitive = primitiveOf(this);
    if (primitive === null || !isHandler(handler)) return original.call(this, options, handler) as unknown;
    const turn = primitive.ask("acquire");
    const site = siteAbove(dispatch);
    const queued = queuedIn(this);
    const dispatched: unknown = original.call(this, options, following(handler, turn));
    if (queuedIn(this) > queued) turn.stand(site);
    else turn.take(site);
    return dispatched;
  };

const single: Around = (original) =>
  function dispatch(this: Dispatcher, options: unknown, handler: Handler) {
    const pools = isHandler(handler) ? turns.get(handler) : undefined;
    // It waited in its pool for one of the pool's clients.
    if (pools?.waits === true) pools.take();
    const primitive = pools === undefined ? primitiveOf(this) : null;
    if (primitive === null || !isHandler(handler)) return original.call(this, options, handler) as unknown;
    const turn = primitive.ask("acquire");
    const free = primitive.held + primitive.size < primitive.subject.limit;
    const site = siteAbove(dispatch);
    const dispatched: unknown = original.call(this, options, following(handler, turn));
    if (free) turn.take(site);
    else turn.stand(site);
    return dispatched;
  };

function isHandler(handler: unknown): handler is Handler {
  return typeof handler === "object" && handler !== null;
}

function queuedIn(pool: Pool): number {
  const symbol = Object.getOwnPropertySymbols(pool).find(({ description }) => description === "queued");
  return symbol === undefined ? pool.stats.queued : (Reflect.get(pool, symbol) as number);
}

// Where there is a next one, it is started by a `setImmediate` that comes after this.
const turnsUntilNext = 2;

const methods = [
  "onRequestStart",
  "onRequestUpgrade",
  "onResponseStarted",
  "onResponseStart",
  "onResponseData",
  "onResponseEnd",
  "onResponseError",
  "onBodySent",
  "onRequestSent",
];

// Not the handler itself with other methods: it may be used again.
function following(handler: Handler, turn: Turn): Handler {
  const double: Handler = {};
  for (const name of methods) {
    if (typeof handler[name] === "function") double[name] = (...args) => handler[name]?.(...args) as unknown;
  }
  double["onRequestStart"] &&= (...args) => {
    turn.run();
    return handler["onRequestStart"]?.(...args) as unknown;
  };
  for (const name of ["onRequestUpgrade", "onResponseEnd", "onResponseError"]) {
    double[name] &&= (...args) => {
      if (turn.holds) turn.done(turnsUntilNext);
      else turn.leave("error");
      return handler[name]?.(...args) as unknown;
    };
  }
  turns.set(double, turn);
  return double;
}
