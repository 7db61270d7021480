import { run, type RunOptions } from "./run.ts";
import { nodeArguments } from "./wire.ts";

/** How many virtual customers the demo's load has. */
const customers = 12;

/** `holdup demo`: `run` on the example checkout service under its own load. */
export function demo(options: RunOptions): Promise<number> {
  const service = nodeArguments("@holdup/example-checkout");
  process.env["OTEL_SERVICE_NAME"] ??= "checkout";
  return run([process.execPath, ...service, "--load", String(customers), "--port", "0"], options);
}
