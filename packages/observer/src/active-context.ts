import { ROOT_CONTEXT, type Context, type ContextManager } from "@opentelemetry/api";

interface Registered {
  readonly context?: Pick<ContextManager, "active">;
}

const global = globalThis as { [key: symbol]: Registered | undefined };
const apiKey = Symbol.for("opentelemetry.js.api.1");

/** How many operations look in vain before it is looked for more seldom, and how seldom then. */
const looksAtFirst = 1024;
const lookEvery = 32;

/**
 * Finds the active context of OpenTelemetry, where its API keeps what was registered with it. Asking the API, or the global
 * object, at every operation costs a tenth of it; and an API that is newer than the one that the program registered with
 * finds nothing. A program that has no SDK for long is asked some operations later whether it has one now.
 */
export class ActiveContext {
  #registered: Registered | undefined;
  #looks = 0;
  #untilLook = 0;

  now(): Context {
    if (this.#registered === undefined) {
      if (this.#untilLook-- > 0) return ROOT_CONTEXT;
      if (++this.#looks > looksAtFirst) this.#untilLook = lookEvery - 1;
      this.#registered = global[apiKey];
    }
    return this.#registered?.context?.active() ?? ROOT_CONTEXT;
  }
}
