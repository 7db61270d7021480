// The same as app-sdk.ts, as CommonJS.
const { trace } = require("@opentelemetry/api");
const { OTLPTraceExporter } = require("@opentelemetry/exporter-trace-otlp-proto");
const { NodeSDK } = require("@opentelemetry/sdk-node");
const { Lock } = require("@holdup/primitives");

console.log(`before: ${Object.keys(globalThis[Symbol.for("opentelemetry.js.api.1")] ?? {}).join()}`);
const sdk = new NodeSDK({
  serviceName: "the-app",
  traceExporter: new OTLPTraceExporter({ url: `${process.argv[2]}/v1/traces` }),
});
sdk.start();

const tracer = trace.getTracer("shop");
const inventory = new Lock("inventory");
const night = new Lock("night");

async function use(lock) {
  const hold = await lock.acquire();
  await new Promise((resolve) => setTimeout(resolve, 30));
  hold.release();
}

const request = (id) =>
  tracer.startActiveSpan(`GET /${id}`, async (span) => {
    await use(inventory);
    span.end();
  });

async function main() {
  await Promise.all([request(1), request(2), request(3)]);
  await Promise.all([use(night), use(night), use(night)]);
  console.log("done");
}

void main();
const alive = setInterval(() => {}, 1000);
process.once("SIGTERM", () => {
  clearInterval(alive);
  void sdk.shutdown();
});
