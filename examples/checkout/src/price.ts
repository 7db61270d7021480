import type { Line } from "./cart.ts";

/** What an order costs, in cents. */
export interface Price {
  readonly net: number;
  readonly discount: number;
  readonly tax: number;
  readonly total: number;
}

/** A voucher: so much off, if the goods that it is for cost enough. */
interface Voucher {
  readonly applies: (line: Line) => boolean;
  readonly fromCents: number;
  readonly percent: number;
}

const vouchers: readonly Voucher[] = [
  { applies: () => true, fromCents: 10_000, percent: 3 },
  { applies: () => true, fromCents: 25_000, percent: 4 },
  { applies: ({ quantity }) => quantity >= 3, fromCents: 0, percent: 5 },
  { applies: ({ product }) => product.taxRate === 7, fromCents: 2000, percent: 4 },
  { applies: ({ product }) => product.taxRate === 19, fromCents: 5000, percent: 2 },
  { applies: ({ product }) => product.cents > 2000, fromCents: 4000, percent: 3 },
  { applies: ({ product }) => product.sku === "mug", fromCents: 1500, percent: 10 },
  { applies: ({ product }) => product.sku === "honey", fromCents: 800, percent: 8 },
  { applies: ({ product }) => product.sku.endsWith("pot"), fromCents: 2500, percent: 6 },
  { applies: ({ quantity }) => quantity === 1, fromCents: 3000, percent: 2 },
];

// Vouchers may be combined, three at the most.
const combinable = 3;

/** Works out the price of a cart, with the combination of vouchers that is best for the customer. */
export function priceCart(lines: readonly Line[]): Price {
  const net = netOf(lines);
  const discount = bestDiscount(lines);
  const tax = taxOf(lines, net === 0 ? 0 : discount / net);
  return { net, discount, tax, total: net - discount + tax };
}

function netOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { product, quantity }) => sum + product.cents * quantity, 0);
}

/** The tax of each line on its own, after its share of the discount. */
function taxOf(lines: readonly Line[], discountShare: number): number {
  let tax = 0;
  for (const { product, quantity } of lines) {
    tax += Math.round((product.cents * quantity * (1 - discountShare) * product.taxRate) / 100);
  }
  return tax;
}

// Tries every combination: there are few vouchers, and a customer who finds a better one complains.
function bestDiscount(lines: readonly Line[]): number {
  let best = 0;
  for (let chosen = 0; chosen < 2 ** vouchers.length; chosen++) {
    const combination = vouchers.filter((_, index) => (chosen & (1 << index)) !== 0);
    if (combination.length <= combinable) best = Math.max(best, discountOf(lines, combination));
  }
  return best;
}

function discountOf(lines: readonly Line[], combination: readonly Voucher[]): number {
  let discount = 0;
  for (const voucher of combination) {
    const cents = netOf(lines.filter((line) => voucher.applies(line)));
    if (cents >= voucher.fromCents) discount += Math.round((cents * voucher.percent) / 100);
  }
  return discount;
}
