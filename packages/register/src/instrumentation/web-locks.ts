import { Subject, type CallSite } from "@holdup/primitives";
import { ForeignPrimitive, type Turn } from "./foreign-primitive.ts";
import type { Library } from "./library.ts";
import { onAbort } from "./on-abort.ts";
import type { Callable, Patches } from "./patches.ts";
import { calling } from "./settling.ts";
import { siteAbove } from "./site-above.ts";

interface Options {
  readonly mode?: "exclusive" | "shared";
  readonly ifAvailable?: boolean;
  readonly steal?: boolean;
  readonly signal?: AbortSignal;
}
interface LockManager {
  request(name: string, ...rest: unknown[]): Promise<unknown>;
}

/**
 * Web Locks, `navigator.locks`: one with a name is a read-write lock of that name. Other threads have the same locks, and
 * who holds one there is not known here.
 */
export const webLocks: Library = {
  name: "web-locks",
  wrapNode(patches: Patches): void {
    // Node 22 has none.
    const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager };
    if (locks !== undefined) patches.method(Object.getPrototypeOf(locks) as object, "request", requesting);
  },
};

/** One lock: what is known of it, and who asked for it and is not through, with whether they share it. */
interface Line {
  readonly primitive: ForeignPrimitive;
  readonly users: Map<Turn, boolean>;
}

// Those that anyone uses right now: names may be made as the program goes.
const lines = new Map<string, Line>();

function lineOf(name: string): Line {
  let line = lines.get(name);
  if (line === undefined) {
    const subject = new Subject("rwlock", name === "" ? "(no name)" : name, 1, ForeignPrimitive);
    line = { primitive: new ForeignPrimitive(subject), users: new Map() };
    lines.set(name, line);
  }
  return line;
}

function requesting(original: Callable): Callable {
  return function request(this: LockManager, name: string, ...rest: unknown[]) {
    const callback = rest.at(-1);
    const [options] = (rest.length > 1 ? rest : [{}]) as [Options];
    if (typeof callback !== "function" || !isValid(name, options)) {
      return original.call(this, name, ...rest) as unknown;
    }
    const mine = new Request(name, options, siteAbove(request));
    const requested = original.call(
      this,
      name,
      ...rest.slice(0, -1),
      mine.running(callback as Callable),
    ) as unknown;
    mine.asked();
    return requested;
  };
}

// What the runtime rejects at once is not for us to follow.
function isValid(name: unknown, options: unknown): options is Options {
  if (typeof name !== "string" || name.startsWith("-") || typeof options !== "object" || options === null)
    return false;
  const { mode = "exclusive", ifAvailable, steal, signal } = options as Options;
  if (signal !== undefined && (!(signal instanceof AbortSignal) || signal.aborted)) return false;
  if (mode !== "exclusive" && mode !== "shared") return false;
  const ways = [ifAvailable, steal].filter((way) => way === true).length + (signal === undefined ? 0 : 1);
  return ways <= 1 && !(steal === true && mode === "shared");
}

/** One request for a lock. */
class Request {
  readonly #name: string;
  readonly #options: Options;
  readonly #site: CallSite;
  readonly #line: Line;
  readonly #turn: Turn;
  readonly #free: boolean;

  constructor(name: string, options: Options, site: CallSite) {
    const shared = options.mode === "shared";
    this.#name = name;
    this.#options = options;
    this.#site = site;
    this.#line = lineOf(name);
    const { users, primitive } = this.#line;
    this.#free = users.size === 0 || (shared && [...users.values()].every((shares) => shares));
    this.#turn = primitive.ask(shared ? "read" : "write");
    users.set(this.#turn, shared);
  }

  /** The runtime was asked, and gives the lock in a later turn, whether it is free or not. */
  asked(): void {
    const { ifAvailable, steal, signal } = this.#options;
    if (ifAvailable === true || steal === true) return;
    if (!this.#free) this.#turn.stand(this.#site);
    // If it is not there after a while, another thread has it.
    else setImmediate(() => setImmediate(() => this.#turn.stand(this.#site)));
    onAbort(signal, () => {
      if (this.#turn.holds) return;
      this.#turn.leave("cancelled");
      this.#over();
    });
  }

  /** The program's callback, which runs while it holds the lock. */
  running(callback: Callable): Callable {
    return (lock: unknown) => {
      // It was to be had at once or not at all.
      if (lock === null) this.#turn.leave("timeout");
      else this.#start();
      return calling(
        () => this.#turn.during(() => callback(lock) as unknown),
        () => {
          this.#turn.done(2);
          this.#over();
        },
      );
    };
  }

  #start(): void {
    if (this.#options.steal === true) {
      for (const robbed of this.#line.primitive.holding) robbed.done();
    }
    this.#turn.run(this.#site);
  }

  #over(): void {
    const { users } = this.#line;
    users.delete(this.#turn);
    if (users.size === 0) lines.delete(this.#name);
  }
}
