/**
 * The checkout service without its modelled waiting, for a long run at saturation. Each line that it is sent is
 * answered with the heap in use after a collection, in bytes, and with what was found wrong so far.
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
import { start } from "@holdup/register";

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
  const { findings } = start().observer;
  // What was finalized by one collection is freed by the next.
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
  const { heapUsed } = process.memoryUsage();
  console.log(`${line}: ${JSON.stringify({ heapUsed, findings: findings.map(({ message }) => message) })}`);
}
