/**
 * Locks whose names are markup, very long, or written from right to left, contended all the time; two tasks that wait for each
 * other's lock; and a lock that is held long. Says "ready" once all of them wait. Ends with its input.
 */
import { Lock, Semaphore, sleep, spawn } from "@holdup/primitives";

const inventory = new Lock("inventory");
const markup = new Lock("<img src=x onerror=alert(1)>");
const long = new Lock(`long ${"x".repeat(10_000)}`);
const leftwards = new Semaphore(2, "\u202Eהמנעול");
const accounts = new Lock("accounts");
const ledger = new Lock("ledger");

async function reserve(): Promise<never> {
  for (;;) await inventory.run(() => sleep(8));
}

async function nap(): Promise<never> {
  for (;;) {
    await markup.run(() => sleep(3));
    await long.run(() => sleep(2));
    await leftwards.run(() => sleep(2));
  }
}

async function payInvoice(): Promise<void> {
  using _accounts = await accounts.acquire();
  await sleep(50);
  using _ledger = await ledger.acquire();
}

async function closeMonth(): Promise<void> {
  using _ledger = await ledger.acquire();
  await sleep(50);
  using _accounts = await accounts.acquire();
}

for (let i = 0; i < 4; i++) spawn(reserve, { name: `reserve ${i}` });
for (let i = 0; i < 4; i++) spawn(nap, { name: `<b>nap ${i}</b>` });
for (const work of [payInvoice, closeMonth]) spawn(work, { name: work.name });
await sleep(100);
process.stdout.write("ready\n");
process.stdin.resume().on("end", () => process.exit(0));
