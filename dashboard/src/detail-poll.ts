import { hotSpotKey, type PrimitiveDetail } from "@holdup/protocol";
import type { Inspected } from "./connection.ts";
import { detailPath } from "./detail-path.ts";
import type { Message } from "./state.ts";

const pauseMs = 2000;

/** Asks the collector for everything of one primitive, again and again: too much to be pushed for each. */
export class DetailPoll {
  #timer: number | undefined;
  // Of the primitive followed now; what was asked for another is not told any more.
  #asking = new AbortController();

  /** Follows that primitive, or none, in place of the one before. */
  follow(inspected: Inspected | undefined, listener: (message: Message) => void): void {
    this.#asking.abort();
    this.#asking = new AbortController();
    window.clearTimeout(this.#timer);
    if (inspected !== undefined) void this.#ask(inspected, listener, this.#asking.signal);
  }

  async #ask(inspected: Inspected, listener: (message: Message) => void, signal: AbortSignal): Promise<void> {
    const detail = await fetchDetail(detailPath(inspected), signal);
    if (signal.aborted) return;
    if (detail !== undefined) listener({ type: "detail", key: hotSpotKey(inspected), detail });
    this.#timer = window.setTimeout(() => void this.#ask(inspected, listener, signal), pauseMs);
  }
}

// Null: the collector knows nothing of it. Undefined: it did not answer, and what is shown stays.
async function fetchDetail(path: string, signal: AbortSignal): Promise<PrimitiveDetail | null | undefined> {
  try {
    const response = await fetch(path, { signal });
    if (response.ok) return (await response.json()) as PrimitiveDetail;
    return response.status === 404 ? null : undefined;
  } catch {
    // The socket tells of a connection that is lost.
    return undefined;
  }
}
