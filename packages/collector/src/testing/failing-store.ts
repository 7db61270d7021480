/** A store that refuses the first batch that it gets. */

import { MemoryStore } from "../memory-store.ts";
import { startOfTime } from "./world.ts";

export class FailingStore extends MemoryStore {
  /** Has the first batch, which waits for this, refused. */
  fail: () => void = () => {};
  readonly #failure = new Promise<void>((resolve) => (this.fail = resolve));
  #batches = 0;

  constructor() {
    super({ now: () => startOfTime });
  }

  override async add(...batch: Parameters<MemoryStore["add"]>): Promise<boolean> {
    if (++this.#batches > 1) return super.add(...batch);
    await this.#failure;
    throw new Error("the disk is full");
  }
}
