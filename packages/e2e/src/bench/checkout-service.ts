/**
 * The busy checkout service as a program. Each line that it is sent is answered with the CPU time it has used, in
 * microseconds; `flush` sends what Holdup has measured first.
 */
import { createInterface } from "node:readline";
import { startBusyCheckout } from "./busy-checkout.ts";

await using server = await startBusyCheckout();
console.log(`listens on ${server.url}`);
for await (const line of createInterface(process.stdin)) {
  if (line.startsWith("flush")) await flush();
  const { user, system } = process.cpuUsage();
  console.log(`${line}: ${user + system}`);
}

/** Loaded only where it runs already: the other service is bare. */
async function flush(): Promise<void> {
  const { start } = await import("@holdup/register");
  await start().flush();
}
