import { Semaphore, sleep } from "@holdup/primitives";
import type { Chance } from "./chance.ts";

/** How many charges the payment provider accepts from us at a time. */
export const defaultConcurrentCharges = 4;

const chargeMs = [38, 60] as const;

/** The payment provider. */
export class Payments {
  // PLANTED: enough for the usual load, too few once all tills are busy.
  readonly #charges = new Semaphore(defaultConcurrentCharges, "payments");
  readonly #chance: Chance;
  #count = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  /** Charges the customer; returns the provider's reference. */
  async charge(cents: number): Promise<string> {
    using _charge = await this.#charges.acquire();
    await sleep(this.#chance.between(...chargeMs));
    return `pay_${++this.#count}_${cents}`;
  }
}
