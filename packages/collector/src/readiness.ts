/** Whether the collector can take telemetry now. */

import type { Store } from "./store.ts";

/** How long the store may take to answer before it counts as gone, in milliseconds. */
const patienceMs = 1_000;

export class Readiness {
  readonly #store: Store;
  /** The collector takes nothing new and ends when what is in flight is kept. */
  stopping = false;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Why it can't, or undefined. */
  async obstacle(): Promise<"stopping" | "store" | undefined> {
    if (this.stopping) return "stopping";
    return (await this.#storeAnswers()) ? undefined : "store";
  }

  async #storeAnswers(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<boolean>((resolve) => {
      timer = setTimeout(resolve, patienceMs, false);
    });
    const answer = this.#store.dropped().then(
      () => true,
      () => false,
    );
    const answers = await Promise.race([answer, patience]);
    clearTimeout(timer);
    return answers;
  }
}
