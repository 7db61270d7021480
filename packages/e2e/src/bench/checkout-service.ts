/**
 * The checkout service without its modelled waiting: database, payment provider and journal answer at once
 * (a timer's turn), so that what it lacks is the processor. Each line that it is sent is answered with the
 * CPU time it has used, in microseconds; `flush` sends what Holdup has measured first.
 */
import { createInterface } from "node:readline";
import { Chance } from "../../../../examples/checkout/src/chance.ts";
import { Database } from "../../../../examples/checkout/src/database.ts";
import { Inventory } from "../../../../examples/checkout/src/inventory.ts";
import { Orders } from "../../../../examples/checkout/src/orders.ts";
import { Payments } from "../../../../examples/checkout/src/payments.ts";
import { Receipts } from "../../../../examples/checkout/src/receipts.ts";
import { startServer } from "../../../../examples/checkout/src/server.ts";
import { defaultPieces } from "../../../../examples/checkout/src/shop.ts";

/** Whoever is asked how long something takes says: no time at all. */
class NoTime extends Chance {
  override between(): number {
    return 0;
  }
}

const noTime = new NoTime(1);
const database = new Database(noTime);
const inventory = new Inventory(database, defaultPieces);
const orders = new Orders(database, inventory, new Payments(noTime), new Receipts(), "a key");
await using server = await startServer({ inventory, orders }, 0);
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
