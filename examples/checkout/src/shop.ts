import { Chance } from "./chance.ts";
import { Database } from "./database.ts";
import { Inventory } from "./inventory.ts";
import { Orders } from "./orders.ts";
import { Payments } from "./payments.ts";
import { Receipts } from "./receipts.ts";

/** What a shop can be opened with. */
export interface ShopOptions {
  /** How many pieces there are of each product. @default 1000000, which no load sells out in a day */
  readonly pieces?: number | undefined;
  /** Of the latencies of database and payment provider. @default 1 */
  readonly seed?: number | undefined;
}

export const defaultPieces = 1_000_000;
export const defaultSeed = 1;

/** All parts of the service, wired. */
export interface Shop {
  readonly inventory: Inventory;
  readonly orders: Orders;
}

/** Opens a shop with full shelves. */
export function openShop(options: ShopOptions = {}): Shop {
  const chance = new Chance(options.seed ?? defaultSeed);
  const database = new Database(chance);
  const inventory = new Inventory(database, options.pieces ?? defaultPieces);
  const orders = new Orders(
    database,
    inventory,
    new Payments(chance),
    new Receipts(),
    "a key for the example",
  );
  return { inventory, orders };
}
