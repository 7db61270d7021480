// A service with an OpenTelemetry SDK of its own, set up as its documentation says. Knows nothing of Holdup's register.
import { trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { NodeSDK } from "@opentelemetry/sdk-node";
import { Lock } from "@holdup/primitives";

const api = (globalThis as Record<symbol, unknown>)[Symbol.for("opentelemetry.js.api.1")];
console.log(`before: ${Object.keys(api ?? {}).join()}`);
const sdk = new NodeSDK({
  serviceName: "the-app",
  traceExporter: new OTLPTraceExporter({ url: `${process.argv[2]}/v1/traces` }),
});
sdk.start();

const tracer = trace.getTracer("shop");
const inventory = new Lock("inventory");
const night = new Lock("night");

async function use(lock: Lock): Promise<void> {
  const hold = await lock.acquire();
  await new Promise((resolve) => setTimeout(resolve, 30));
  hold.release();
}

const request = async (id: number): Promise<void> =>
  await tracer.startActiveSpan(`GET /${id}`, async (span) => {
    await use(inventory);
    span.end();
  });

await Promise.all([request(1), request(2), request(3)]);
await Promise.all([use(night), use(night), use(night)]);
console.log("done");
const alive = setInterval(() => {}, 1000);
process.once("SIGTERM", () => {
  clearInterval(alive);
  void sdk.shutdown();
});
