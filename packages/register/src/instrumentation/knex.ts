import type { CallSite } from "@holdup/primitives";
import type { LibraryModule } from "./library.ts";
import { alike, type Callable, type Patches } from "./patches.ts";
import { siteAbove } from "./site-above.ts";

interface Runner {
  readonly builder: object;
}
type TransactionClass = (new (...args: unknown[]) => object) & { readonly prototype: object };

/** Where queries and transactions are made: they run when awaited, and then nothing of the program is on the stack. */
const built = new WeakMap<object, CallSite>();
// That of the one that asks for a connection right now.
let asking: CallSite | undefined;

/** The line that made the query or transaction for which knex asks for a connection right now; nothing, if it does not. */
export function knexSite(): CallSite | undefined {
  return asking;
}

/** What is wrapped of knex: what it calls for every query that is built, and what asks for connections. */
export const knexFiles: NonNullable<LibraryModule["files"]> = {
  "knex/lib/util/save-async-stack.js": (saveAsyncStack: Callable, patches: Patches) =>
    patches.replacement(saveAsyncStack, building),
  "knex/lib/execution/runner.js": ({ prototype }: { readonly prototype: object }, patches: Patches) => {
    if (patches.once(prototype)) {
      patches.method(prototype, "ensureConnection", (original) =>
        running(original, ({ builder }: Runner) => builder),
      );
    }
    return undefined;
  },
  "knex/lib/execution/transaction.js": (exports: TransactionClass, patches: Patches) => {
    const { prototype } = exports;
    if (patches.once(prototype)) {
      patches.method(prototype, "acquireConnection", (original) =>
        running(original, (transaction: object) => transaction),
      );
    }
    return patches.class(exports, beginning);
  },
};

function building(original: Callable): Callable {
  return alike(function save(builder: object, ...rest: unknown[]) {
    built.set(builder, siteAbove(save));
    return original(builder, ...rest) as unknown;
  }, original);
}

function beginning(transaction: object): void {
  built.set(transaction, siteAbove(beginning));
}

function running(original: Callable, made: (asker: never) => object): Callable {
  return function (this: never, ...args) {
    asking = built.get(made(this));
    try {
      return original.apply(this, args) as unknown;
    } finally {
      asking = undefined;
    }
  };
}
