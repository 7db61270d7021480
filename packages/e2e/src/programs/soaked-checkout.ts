/**
 * The busy checkout service, for a long run at saturation. Each line that it is sent is answered with the heap in use
 * after a collection, in bytes, and with what was found wrong so far.
 */
import { createInterface } from "node:readline";
import { start } from "@holdup/register";
import { startBusyCheckout } from "../bench/busy-checkout.ts";

await using server = await startBusyCheckout();
console.log(`listens on ${server.url}`);
for await (const line of createInterface(process.stdin)) {
  const { findings } = start().observer;
  // What was finalized by one collection is freed by the next.
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  const { heapUsed } = process.memoryUsage();
  console.log(`${line}: ${JSON.stringify({ heapUsed, findings: findings.map(({ message }) => message) })}`);
}
