import { Lock } from "@holdup/primitives";
import type { Line } from "./cart.ts";
import { skus } from "./catalogue.ts";
import type { Database, Statement } from "./database.ts";
import { Refusal } from "./refusal.ts";

const selectForUpdate: Statement = {
  name: "SELECT stock",
  text: "SELECT sku, on_hand FROM stock WHERE sku = ANY ($1) FOR UPDATE",
  tookMs: [8, 15],
};
const updateStock: Statement = {
  name: "UPDATE stock",
  text: "UPDATE stock SET on_hand = $2 WHERE sku = $1",
  tookMs: [1, 2],
};
const selectStock: Statement = {
  name: "SELECT stock",
  text: "SELECT sku, on_hand FROM stock",
  tookMs: [2, 4],
};

/** How long an order waits for the stock before the customer is asked to come back, in milliseconds. */
export const defaultPatienceMs = 5000;

/** What is on the shelves. */
export class Inventory {
  // PLANTED: the one lock for all products, held across two queries. Orders of different products
  // wait for each other, and whoever waits for a connection while holding it makes all others wait.
  readonly #lock = new Lock("inventory");
  readonly #database: Database;
  readonly #onHand: Map<string, number>;

  /** @param pieces how many there are of each product */
  constructor(database: Database, pieces: number) {
    this.#database = database;
    this.#onHand = new Map(skus.map((sku) => [sku, pieces]));
  }

  /**
   * Takes the pieces of an order off the shelves, all or none.
   *
   * @throws Refusal when there are not enough; TimeoutError when the line is too long
   */
  async reserve(lines: readonly Line[]): Promise<void> {
    using _stock = await this.#lock.acquire({ timeout: defaultPatienceMs });
    using connection = await this.#database.connections.acquire();
    // What was read stays true until it is written only because of the lock.
    await this.#database.query(connection, selectForUpdate);
    const left = this.#without(lines);
    await this.#database.query(connection, updateStock);
    for (const [sku, pieces] of left) this.#onHand.set(sku, pieces);
  }

  /** How many there are of each product. */
  async list(): Promise<Record<string, number>> {
    using connection = await this.#database.connections.acquire();
    await this.#database.query(connection, selectStock);
    return Object.fromEntries(this.#onHand);
  }

  #without(lines: readonly Line[]): Map<string, number> {
    const left = new Map<string, number>();
    for (const { product, quantity } of lines) {
      const pieces = (left.get(product.sku) ?? this.#onHand.get(product.sku) ?? 0) - quantity;
      if (pieces < 0) throw new Refusal(409, `${product.sku} is out of stock`);
      left.set(product.sku, pieces);
    }
    return left;
  }
}
