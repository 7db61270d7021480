import type { Tracer, TracerProvider } from "@opentelemetry/api";
import type { Resource } from "@opentelemetry/resources";
import { scopeName } from "@holdup/protocol";
import { TracerSink, type SpanSink } from "./span-sink.ts";
import { version } from "./version.ts";

// Where OpenTelemetry's API keeps what a program has registered. Looked up here and not through the API: one that is newer
// than the program's finds nothing.
const apiKey = Symbol.for("opentelemetry.js.api.1");
const global = globalThis as { readonly [key: symbol]: { readonly trace?: Provider } | undefined };

/** What SDKs register: the API's own stand-in, with the SDK's provider behind it. */
interface Provider extends TracerProvider {
  getDelegate?(): TracerProvider & { readonly _resource?: unknown };
}

/**
 * The program's own OpenTelemetry SDK, as soon as it has one: register comes first and sets no global, so it is looked for
 * again and again.
 */
export class AppTracing {
  readonly #found: (resource: Resource) => void;
  #provider: Provider | undefined = undefined;
  #sink: SpanSink | undefined = undefined;

  /** `found` is called with the resource of the program's SDK, if it says which. */
  constructor(found: (resource: Resource) => void) {
    this.#found = found;
  }

  /** Looks for it; what hands spans to its tracer provider, undefined as long as there is none. */
  look(): SpanSink | undefined {
    const provider = global[apiKey]?.trace;
    if (provider !== this.#provider) {
      this.#provider = provider;
      this.#sink = provider && new TracerSink(tracerOf(provider), this.#found);
      const resource = provider?.getDelegate?.()._resource;
      if (isResource(resource)) this.#found(resource);
    }
    return this.#sink;
  }
}

function tracerOf(provider: Provider): Tracer {
  return provider.getTracer(scopeName, version);
}

// Of whatever copy of the SDK.
function isResource(value: unknown): value is Resource {
  return typeof (value as Partial<Resource> | undefined)?.getRawAttributes === "function";
}
