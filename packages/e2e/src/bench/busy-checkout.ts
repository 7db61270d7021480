import { Chance } from "../../../../examples/checkout/src/chance.ts";
import { Database } from "../../../../examples/checkout/src/database.ts";
import { Inventory } from "../../../../examples/checkout/src/inventory.ts";
import { Orders } from "../../../../examples/checkout/src/orders.ts";
import { Payments } from "../../../../examples/checkout/src/payments.ts";
import { Receipts } from "../../../../examples/checkout/src/receipts.ts";
import { startServer, type CheckoutServer } from "../../../../examples/checkout/src/server.ts";
import { defaultPieces } from "../../../../examples/checkout/src/shop.ts";

/** Whoever is asked how long something takes says: no time at all. */
class NoTime extends Chance {
  override between(): number {
    return 0;
  }
}

/**
 * The checkout service without its modelled waiting: database, payment provider and journal answer at once
 * (a timer's turn), so that what it lacks is the processor.
 */
export function startBusyCheckout(): Promise<CheckoutServer> {
  const noTime = new NoTime(1);
  const database = new Database(noTime);
  const inventory = new Inventory(database, defaultPieces);
  const orders = new Orders(database, inventory, new Payments(noTime), new Receipts(), "a key");
  return startServer({ inventory, orders }, 0);
}
