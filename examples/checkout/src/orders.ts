import type { Line } from "./cart.ts";
import type { Database, Statement } from "./database.ts";
import type { Inventory } from "./inventory.ts";
import type { Payments } from "./payments.ts";
import { priceCart, type Price } from "./price.ts";
import type { Receipts } from "./receipts.ts";
import { signOrder } from "./signature.ts";

/** An order that was placed. */
export interface Order {
  readonly id: string;
  readonly lines: readonly Line[];
  readonly price: Price;
  /** The payment provider's reference. */
  readonly payment: string;
  readonly signature: string;
  readonly receipt: string;
}

const insertOrder: Statement = {
  name: "INSERT orders",
  text: "INSERT INTO orders VALUES ($1, $2, $3, $4)",
  tookMs: [3, 7],
};
const selectOrder: Statement = {
  name: "SELECT orders",
  text: "SELECT * FROM orders WHERE id = $1",
  tookMs: [2, 4],
};

/** How many orders can be looked up; the oldest make room. */
export const defaultKeptOrders = 10_000;

/** Places orders and keeps them. */
export class Orders {
  readonly #database: Database;
  readonly #inventory: Inventory;
  readonly #payments: Payments;
  readonly #receipts: Receipts;
  readonly #signingKey: string;
  readonly #rows = new Map<string, Order>();
  #count = 0;

  constructor(
    database: Database,
    inventory: Inventory,
    payments: Payments,
    receipts: Receipts,
    signingKey: string,
  ) {
    this.#database = database;
    this.#inventory = inventory;
    this.#payments = payments;
    this.#receipts = receipts;
    this.#signingKey = signingKey;
  }

  /** Reserves the goods, charges for them, issues the receipt and writes the order down. */
  async place(lines: readonly Line[]): Promise<Order> {
    const id = `order-${++this.#count}`;
    const price = priceCart(lines);
    await this.#inventory.reserve(lines);
    const payment = await this.#payments.charge(price.total);
    const placed = { id, lines, price, payment };
    const receipt = await this.#receipts.issue(placed);
    const order = { ...placed, receipt, signature: signOrder(placed, this.#signingKey) };
    await this.#insert(order);
    return order;
  }

  /** The order of this number; undefined if there is none, or none any more. */
  async find(id: string): Promise<Order | undefined> {
    using connection = await this.#database.connections.acquire();
    await this.#database.query(connection, selectOrder);
    return this.#rows.get(id);
  }

  async #insert(order: Order): Promise<void> {
    using connection = await this.#database.connections.acquire();
    await this.#database.query(connection, insertOrder);
    this.#rows.set(order.id, order);
    const [oldest] = this.#rows.keys();
    if (this.#rows.size > defaultKeptOrders && oldest !== undefined) this.#rows.delete(oldest);
  }
}
