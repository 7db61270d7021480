import { AsyncLocalStorage } from "node:async_hooks";
import { context, ROOT_CONTEXT, trace, type Context, type ContextManager } from "@opentelemetry/api";
import { SimpleSpanProcessor, TracerProvider, InMemorySpanExporter } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { startServer } from "../../../examples/checkout/src/server.ts";
import { openShop } from "../../../examples/checkout/src/shop.ts";
import { start } from "@holdup/register";
import { Receiver, values, type OtlpSpan } from "../../register/src/testing/otlp-receiver.ts";

/** What an SDK's context manager does, with one store. */
class Contexts implements ContextManager {
  readonly #store = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#store.getStore() ?? ROOT_CONTEXT;
  }

  with<Args extends unknown[], Fn extends (...args: Args) => ReturnType<Fn>>(
    active: Context,
    fn: Fn,
    self?: ThisParameterType<Fn>,
    ...args: Args
  ): ReturnType<Fn> {
    return this.#store.run(active, () => fn.call(self, ...args));
  }

  bind<Target>(_active: Context, target: Target): Target {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}

const order = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({ items: [{ sku: "mug", quantity: 1 }] }),
};

test("waits and holds lie in the trace of the request that had them, and link to those of the others", async () => {
  await using receiver = new Receiver();
  const holdup = start({ serviceName: "checkout", endpoint: await receiver.listen(), sdk: "own" });
  const own = new InMemorySpanExporter();
  const provider = new TracerProvider({
    spanProcessors: [new SimpleSpanProcessor({ exporter: own }), holdup.spanProcessor],
  });
  context.setGlobalContextManager(new Contexts());
  trace.setGlobalTracerProvider(provider);
  try {
    await using server = await startServer(openShop(), 0);
    const answers = await Promise.all([1, 2, 3].map(() => fetch(new URL("/checkout", server.url), order)));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    await holdup.stop();
  } finally {
    trace.disable();
    context.disable();
  }

  const requests = own.getFinishedSpans().filter(({ name }) => name === "POST /checkout");
  expect(requests).toHaveLength(3);
  const waits = receiver.spans.filter(({ name }) => name === "wait inventory");
  const holds = receiver.spans.filter(({ name }) => name === "hold inventory");
  expect(waits).toHaveLength(2);
  expect(holds).toHaveLength(2);

  for (const span of [...waits, ...holds]) {
    const request = requests.find((one) => one.spanContext().traceId === hex(span.traceId));
    expect(hex(span.parentSpanId)).toBe(request?.spanContext().spanId);
    expect(values(span.attributes)).toMatchObject({
      "code.function.name": expect.stringContaining("reserve"),
      "code.file.path": "examples/checkout/src/inventory.ts",
      "holdup.task.name": "POST /checkout",
    });
  }
  // Each waited for a hold of another request; a hold that was waited for links back to its own wait.
  for (const wait of waits) {
    const [blocker] = linked(wait, "holder");
    const hold = holds.find(({ spanId }) => spanId === blocker?.spanId);
    expect(hold).toBeDefined();
    expect(hold?.traceId).not.toBe(wait.traceId);
    expect(wait.startTimeUnixNano).toBeGreaterThanOrEqual(hold?.startTimeUnixNano ?? 0);
  }
  const granted = holds.flatMap((hold) => linked(hold, "grant").map(({ spanId }) => [hold.traceId, spanId]));
  expect(granted).toHaveLength(1);
  expect(waits.map(({ traceId, spanId }) => [traceId, spanId])).toContainEqual(granted[0]);

  const did = receiver
    .points("holdup.hold.activity.duration")
    .map(({ attributes }) => values(attributes))
    .filter((point) => point["holdup.primitive.name"] === "inventory")
    .map((point) => point["holdup.hold.activity"]);
  expect(did).toEqual(expect.arrayContaining(["in SELECT stock", "in UPDATE stock"]));
});

const hex = (base64: string | undefined) => Buffer.from(base64 ?? "", "base64").toString("hex");

function linked({ links = [] }: OtlpSpan, type: string): { traceId: string; spanId: string }[] {
  return links.filter(({ attributes }) => values(attributes)["holdup.link.type"] === type);
}
