import { productOf, type Product } from "./catalogue.ts";
import { Refusal } from "./refusal.ts";

/** One line of a cart. */
export interface Line {
  readonly product: Product;
  readonly quantity: number;
}

/** The most lines that one order may have. */
export const maxLines = 20;

const maxQuantity = 99;

/**
 * Reads the cart out of a request's body: `{ items: [{ sku, quantity }] }`.
 *
 * @throws Refusal when it is no cart
 */
export function readCart(body: unknown): readonly Line[] {
  const items = (body as { items?: unknown } | undefined)?.items;
  if (!Array.isArray(items) || items.length === 0 || items.length > maxLines) {
    throw new Refusal(400, `an order has 1 to ${maxLines} items: { "items": [{ "sku", "quantity" }] }`);
  }
  return items.map(readLine);
}

function readLine(item: unknown): Line {
  const { sku, quantity } = (item ?? {}) as { sku?: unknown; quantity?: unknown };
  const product = productOf(String(sku));
  if (product === undefined) throw new Refusal(400, `there is no product ${JSON.stringify(sku)}`);
  if (!isQuantity(quantity)) throw new Refusal(400, `quantity is a whole number from 1 to ${maxQuantity}`);
  return { product, quantity };
}

function isQuantity(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= maxQuantity;
}
