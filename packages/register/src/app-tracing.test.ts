import { SpanStatusCode, trace as newer } from "@opentelemetry/api";
import { resourceFromAttributes, type Resource } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
  type Sampler,
} from "@opentelemetry/sdk-trace";
import { trace as older } from "older-opentelemetry-api";
import { expect, test } from "vitest";
import type { SpanRecord } from "@holdup/observer";
import { AppTracing } from "./app-tracing.ts";

const key = Symbol.for("opentelemetry.js.api.1");
const global = globalThis as Record<symbol, unknown>;
const spanId = (n: number) => String(n).padStart(16, "0");
const traceId = (n: number) => String(n).padStart(32, "0");

/** An app whose SDK has registered itself with some version of the API; until disposed. */
class App implements Disposable {
  readonly exporter = new InMemorySpanExporter();
  readonly resource = resourceFromAttributes({ "service.name": "the-app" });
  readonly #before = global[key];
  readonly #api: typeof newer;

  constructor(api: typeof newer, sampler?: Sampler) {
    this.#api = api;
    global[key] = undefined;
    const spanProcessors = [new SimpleSpanProcessor({ exporter: this.exporter })];
    const { resource } = this;
    const provider = new TracerProvider({ resource, spanProcessors, ...(sampler && { sampler }) });
    expect(api.setGlobalTracerProvider(provider)).toBe(true);
  }

  [Symbol.dispose](): void {
    this.#api.disable();
    global[key] = this.#before;
  }
}

function recordOf(n: number, more: Partial<SpanRecord> = {}): SpanRecord {
  const ids = { traceId: traceId(n), spanId: spanId(n) };
  return {
    ...ids,
    name: `${n}`,
    parent: undefined,
    startMs: n,
    endMs: n + 1,
    attributes: {},
    links: [],
    ...more,
  };
}

test.each([
  ["the same version as Holdup's", newer],
  ["an older one, which Holdup's own would not talk to", older as unknown as typeof newer],
])("an SDK is found through an API of %s", (_which, api) => {
  using app = new App(api);
  const resources: Resource[] = [];
  const sink = new AppTracing((resource) => resources.push(resource)).look();

  sink?.add(recordOf(7, { parent: { traceId: traceId(1), spanId: spanId(1), traceFlags: 1 } }));

  const [span] = app.exporter.getFinishedSpans();
  expect(span?.spanContext()).toMatchObject({ traceId: traceId(1), spanId: spanId(7) });
  expect(span?.parentSpanContext?.spanId).toBe(spanId(1));
  expect(span?.instrumentationScope.name).toBe("@holdup/observer");
  expect(new Set(resources)).toEqual(new Set([app.resource]));
});

test("a span that has no parent gets a trace of the SDK's, and links lead there", () => {
  using app = new App(newer);
  const sink = new AppTracing(() => {}).look();

  sink?.add(recordOf(1));
  sink?.add(recordOf(2, { links: [{ traceId: traceId(1), spanId: spanId(1), type: "holder" }] }));

  const [hold, wait] = app.exporter.getFinishedSpans();
  expect(hold?.spanContext().spanId).toBe(spanId(1));
  expect(hold?.spanContext().traceId).not.toBe(traceId(1));
  expect(wait?.links[0]?.context).toMatchObject({
    traceId: hold?.spanContext().traceId,
    spanId: spanId(1),
  });
});

test("what the SDK's sampler does not want is not sent", () => {
  using app = new App(newer, new AlwaysOffSampler());
  new AppTracing(() => {}).look()?.add(recordOf(1));
  expect(app.exporter.getFinishedSpans()).toEqual([]);
});

test("without an SDK, or when it is gone, there is none", () => {
  const tracing = new AppTracing(() => {});
  expect(tracing.look()).toBeUndefined();
  {
    using _app = new App(newer);
    expect(tracing.look()).toBeDefined();
  }
  expect(tracing.look()).toBeUndefined();
});

test("a span has the status of an error only if its operation failed with one", () => {
  using app = new App(newer);
  const sink = new AppTracing(() => {}).look();

  for (const outcome of ["error", "timeout", "granted"]) {
    sink?.add(recordOf(1, { attributes: { "holdup.outcome": outcome } }));
  }

  expect(app.exporter.getFinishedSpans()).toMatchObject([
    { status: { code: SpanStatusCode.ERROR }, attributes: { "error.type": "_OTHER" } },
    { status: { code: SpanStatusCode.UNSET } },
    { status: { code: SpanStatusCode.UNSET } },
  ]);
  expect(app.exporter.getFinishedSpans()[1]?.attributes).not.toHaveProperty("error.type");
});
