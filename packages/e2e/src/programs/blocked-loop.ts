import { once } from "node:events";
import { setTimeout as after } from "node:timers/promises";
import { Lock } from "@holdup/primitives";

// Holds a lock that others wait for, and computes for three seconds in one turn of the event loop.

function render(ms: number): number {
  const end = performance.now() + ms;
  let rows = 0;
  while (performance.now() < end) rows++;
  return rows;
}

const report = new Lock("report");

async function request(): Promise<void> {
  using _hold = await report.acquire();
  await after(50);
}

console.log("ready");
await once(process.stdin, "data");
process.stdin.destroy();
const requests = [request(), request(), request()];
await after(20);
console.log("blocking");
render(3000);
console.log("unblocked");
await Promise.all(requests);
