import { Lock, sleep } from "@holdup/primitives";
import type { Line } from "./cart.ts";
import type { Price } from "./price.ts";

/** What a receipt is made of. */
export interface Purchase {
  readonly id: string;
  readonly lines: readonly Line[];
  readonly price: Price;
}

/** Numbers and prints receipts. */
export class Receipts {
  // Healthy: the law wants numbers without gaps, so they are given one at a time; but the hold is
  // short, and what takes long (the printing) comes after it.
  readonly #lock = new Lock("receipts");
  #lastNumber = 0;

  /** Issues the receipt of a purchase. */
  async issue(purchase: Purchase): Promise<string> {
    const number = await this.#nextNumber();
    return renderReceipt(purchase, number);
  }

  async #nextNumber(): Promise<number> {
    using _numbers = await this.#lock.acquire();
    const number = this.#lastNumber + 1;
    // Written to the journal, which is buffered: hardly a wait.
    await sleep(0);
    this.#lastNumber = number;
    return number;
  }
}

const width = 48;

const euros = new Intl.NumberFormat("en-IE", { style: "currency", currency: "EUR" });

/** The receipt as it leaves the printer: plain text, 48 columns. */
export function renderReceipt({ id, lines, price }: Purchase, number: number): string {
  return [
    `Receipt ${number}`.padStart(width),
    `Order ${id}`,
    rule,
    ...lines.flatMap(renderLine),
    rule,
    renderSum("Goods", price.net),
    renderSum("Discount", -price.discount),
    renderSum("Tax", price.tax),
    renderSum("Total", price.total),
  ].join("\n");
}

const rule = "-".repeat(width);

function renderLine({ product, quantity }: Line): string[] {
  return [
    ...wrap(product.title),
    renderSum(`  ${quantity} x ${euros.format(product.cents / 100)}`, product.cents * quantity),
  ];
}

function renderSum(label: string, cents: number): string {
  const amount = euros.format(cents / 100);
  return label + amount.padStart(width - label.length);
}

/** Breaks a text between words, so that no line is wider than the paper. */
function wrap(text: string): string[] {
  const rows = [""];
  for (const word of text.split(" ")) {
    const row = `${rows.at(-1)} ${word}`.trimStart();
    if (row.length <= width) rows[rows.length - 1] = row;
    else rows.push(word);
  }
  return rows;
}
