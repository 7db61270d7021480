import { ROOT_CONTEXT, type Context, type ContextManager } from "@opentelemetry/api";

interface Registered {
  readonly context?: Pick<ContextManager, "active">;
}

const global = globalThis as { [key: symbol]: Registered | undefined };
const apiKey = Symbol.for("opentelemetry.js.api.1");

// Where OpenTelemetry's API keeps what was registered with it. Asking the API, or the global object, at every operation
// costs more than the operation; and an API that is newer than the one that the program registered with finds nothing.
let registered: Registered | undefined;
let untilLook = 0;

/** How many holds that nobody waits for may be taken before it is looked for again, while there is nothing. */
const lookEvery = 32;

/** The active context of OpenTelemetry. */
export function activeContext(): Context {
  registered ??= global[apiKey];
  return registered?.context?.active() ?? ROOT_CONTEXT;
}

/** The same where it has to be quick: it finds out a little later that there is an SDK now. */
export function activeContextSoon(): Context {
  if (registered === undefined) {
    if (untilLook-- > 0) return ROOT_CONTEXT;
    untilLook = lookEvery;
  }
  return activeContext();
}
