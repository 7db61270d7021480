import { createHmac } from "node:crypto";
import type { Order } from "./orders.ts";

// As many as make guessing the key expensive; they cost each order about a millisecond.
const rounds = 150;

/** Signs an order, so that whoever shows its receipt can be told from who made one up. */
export function signOrder(order: Omit<Order, "signature" | "receipt">, key: string): string {
  let digest = canonical(order);
  for (let round = 0; round < rounds; round++)
    digest = createHmac("sha256", key).update(digest).digest("hex");
  return digest;
}

/** The order as text that does not depend on the order of its lines. */
function canonical({ id, lines, price, payment }: Omit<Order, "signature" | "receipt">): string {
  const sorted = lines.map(({ product, quantity }) => `${product.sku}*${quantity}`).toSorted();
  return [id, payment, price.total, ...sorted].join("|");
}
