/**
 * Three tasks after each other take a lock that each holds for long, and five take one of two permits; it says
 * "done" when all is over and told. Ends with its input.
 */
import { Lock, Semaphore, sleep, spawn } from "@holdup/primitives";

const inventory = new Lock("inventory");
const payments = new Semaphore(2, "payments");

async function reserve(): Promise<void> {
  using _inventory = await inventory.acquire();
  await sleep(300);
}

async function pay(): Promise<void> {
  using _payment = await payments.acquire();
  await sleep(80);
}

const tasks = [
  ...[1, 2, 3].map((order) => spawn(reserve, { name: `reserve-${order}` })),
  ...[1, 2, 3, 4, 5].map((order) => spawn(pay, { name: `pay-${order}` })),
];
for (const task of tasks) await task;
process.stdout.write("done\n");
process.stdin.resume().on("end", () => process.exit(0));
