/**
 * Says "ready" when two tasks hold a lock each and wait for the other's, while others queue behind them, and a slow
 * job holds a lock that others wait for. Ends with its input.
 */
import { Lock, Semaphore, sleep, spawn } from "@holdup/primitives";

const accounts = new Lock("accounts");
const ledger = new Lock("ledger");
const reports = new Semaphore(2, "reports");

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

async function showBalance(): Promise<void> {
  using _accounts = await accounts.acquire();
}

async function writeReport(): Promise<void> {
  using _report = await reports.acquire();
  await sleep(600_000);
}

for (const work of [payInvoice, closeMonth]) void spawn(work, { name: work.name });
await sleep(20);
for (let i = 0; i < 3; i++) void spawn(showBalance, { name: "showBalance" });
for (let i = 0; i < 4; i++) void spawn(writeReport, { name: `report-${i}` });
await sleep(100);
process.stdout.write("ready\n");
process.stdin.resume().on("end", () => process.exit(0));
