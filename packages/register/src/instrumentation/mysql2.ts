import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import type { Callable, Patches } from "./patches.ts";
import { siteAbove } from "./site-above.ts";

interface Line<Item> {
  readonly length: number;
  get(index: number): Item | undefined;
}
interface Pool {
  readonly config: { readonly connectionLimit: number; readonly resetOnRelease?: boolean };
  readonly _closed: boolean;
  readonly _allConnections: Line<Connection>;
  readonly _freeConnections: Line<Connection>;
  readonly _connectionQueue: Line<Callable>;
}
interface Connection {
  /** Nothing for one that was taken out of the pool. */
  readonly _pool: Pool | null;
}
type PoolClass = (new (...args: unknown[]) => Pool) & { readonly prototype: Pool };

/**
 * mysql2: a hold is a connection that is lent, from when there is room for it: it may have to be opened first. Pools of
 * promises, and of a cluster, have such a pool within.
 */
export const mysql2: Library = {
  name: "mysql2",
  modules: [{ name: "mysql2", versions: [">=3 <4"], files: { "mysql2/lib/pool.js": wrapPool } }],
  // What it exports makes pools of the class in that file.
  wrap: (exports: object) => exports,
};

const primitives = new WeakMap<Pool, ForeignPrimitive>();

function made(pool: Pool): ForeignPrimitive {
  const primitive = ForeignPrimitive.of("pool", mysql2.name, pool.config.connectionLimit);
  primitives.set(pool, primitive);
  return primitive;
}

// What stands in a pool's line: the program's callback, with whatever is around it.
const turns = new WeakMap<Callable, Turn>();
const lent = new WeakMap<Connection, Turn>();

function wrapPool(exports: PoolClass, patches: Patches): unknown {
  const { prototype } = exports;
  // The methods are those of a base class, or its own in older versions.
  for (const owner of [prototype, Object.getPrototypeOf(prototype) as object]) {
    if (!patches.once(owner)) continue;
    patches.method(owner, "getConnection", (original) => getting(original, patches));
    patches.method(owner, "releaseConnection", givingBack);
    patches.method(owner, "_handleSuccessfulRelease", passingOn);
    patches.method(owner, "end", ending);
  }
  return patches.class(exports, made);
}

function getting(original: Callable, patches: Patches): Callable {
  return function getConnection(this: Pool, callback: Callable) {
    if (typeof callback !== "function") return original.call(this, callback) as unknown;
    const again = turns.get(callback);
    if (again !== undefined) {
      const asked = ask(this, again, () => original.call(this, callback) as unknown);
      if (asked.place === "room") again.take();
      return asked.result;
    }
    const turn = (primitives.get(this) ?? made(this)).ask("acquire");
    const site = siteAbove(getConnection);
    if (this._closed) turn.leave("shut_down");
    const followed = following(this, turn, callback, patches);
    const { place, result } = ask(this, turn, () => original.call(this, followed) as unknown);
    if (place === "room") turn.take(site);
    else if (place === "line") turn.stand(site);
    else turn.leave("error");
    return result;
  };
}

/** Has the pool asked for a connection, and looks where that leads. */
function ask(
  pool: Pool,
  turn: Turn,
  original: () => unknown,
): { place: "room" | "line" | "nowhere"; result: unknown } {
  const { _connectionQueue: queue, _allConnections: all, _freeConnections: free } = pool;
  const { connectionLimit: limit } = pool.config;
  const room = !pool._closed && (free.length > 0 || limit === 0 || all.length < limit);
  const { length } = queue;
  const result = original();
  const item = queue.length > length ? queue.get(queue.length - 1) : undefined;
  if (item !== undefined) turns.set(item, turn);
  return { place: room ? "room" : item === undefined ? "nowhere" : "line", result };
}

function following(pool: Pool, turn: Turn, callback: Callable, patches: Patches): Callable {
  return (...args) => {
    const [error, connection] = args as [unknown, Connection];
    if (error) {
      if (turn.holds) turn.done();
      else turn.leave(pool._closed ? "shut_down" : "error");
    } else {
      wrapConnection(Object.getPrototypeOf(connection) as object, patches);
      lent.set(connection, turn);
      turn.run();
    }
    return callback(...args) as unknown;
  };
}

// One that can't be made ready for the next is destroyed, and the pool is not asked to take it back.
function wrapConnection(prototype: object, patches: Patches): void {
  if (!patches.once(prototype)) return;
  patches.method(
    prototype,
    "destroy",
    (original) =>
      function (this: Connection) {
        const destroyed: unknown = original.call(this);
        takeBack(this)?.done();
        return destroyed;
      },
  );
}

function takeBack(connection: Connection): Turn | undefined {
  const turn = lent.get(connection);
  lent.delete(connection);
  return turn;
}

function givingBack(original: Callable): Callable {
  const passOn = passingOn(original);
  return function (this: Pool, connection: Connection) {
    if (connection._pool) {
      // It comes to that, perhaps later.
      const later = "_handleSuccessfulRelease" in this;
      return (later ? original : passOn).call(this, connection) as unknown;
    }
    const turn = takeBack(connection);
    const result: unknown = original.call(this, connection);
    // The first in line asks once more, and has another one opened.
    turn?.done();
    return result;
  };
}

function passingOn(original: Callable): Callable {
  return function (this: Pool, connection: Connection) {
    const { _connectionQueue: queue } = this;
    const passOn = (): unknown => {
      const first = queue.get(0);
      const result: unknown = original.call(this, connection);
      if (first !== undefined && queue.get(0) !== first) turns.get(first)?.take();
      return result;
    };
    const turn = takeBack(connection);
    return turn === undefined ? passOn() : turn.end(passOn);
  };
}

// A pool that is closed takes nothing back.
function ending(original: Callable): Callable {
  return function (this: Pool, ...args) {
    const { waiting = [], holding = [] } = primitives.get(this) ?? {};
    for (const turn of waiting) turn.leave("shut_down");
    for (const turn of holding) turn.end(() => {});
    return original.apply(this, args) as unknown;
  };
}
