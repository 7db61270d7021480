/** The requests that are being answered. */

import type { ServerResponse } from "node:http";

export class InFlight {
  readonly #responses = new Set<ServerResponse>();
  #wake: (() => void) | undefined;

  /** Counts a request until its answer has left or its client is gone. */
  add(response: ServerResponse): void {
    this.#responses.add(response);
    response.on("close", () => {
      this.#responses.delete(response);
      if (this.#responses.size === 0) this.#wake?.();
    });
  }

  /** Resolves when none is left, or after so many milliseconds. */
  async idle(patienceMs: number): Promise<void> {
    if (this.#responses.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      timer = setTimeout(resolve, patienceMs);
    });
    clearTimeout(timer);
  }
}
