import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { setImmediate as turn } from "node:timers/promises";

// Keeps the event loop busy for a while, in the way that it is told to, and ends by itself.

function compute(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

let sum = 0;

async function step(): Promise<void> {
  for (let i = 0; i < 100_000; i++) sum += Math.sqrt(i);
}

const ways: Record<string, () => unknown> = {
  block: () => compute(3000),
  async turns() {
    for (let i = 0; i < 100; i++) {
      compute(25);
      await turn();
    }
  },
  async microtasks() {
    const end = performance.now() + 3000;
    while (performance.now() < end) await step();
  },
  exit() {
    compute(560);
    process.exit();
  },
  native: function runCommand() {
    execFileSync("sleep", ["3"]);
  },
};

console.log("ready");
await once(process.stdin, "data");
process.stdin.destroy();
await ways[process.argv[2] ?? ""]?.();
console.log("done");
