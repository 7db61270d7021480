import { SeverityNumber, type AnyValue, type Logger } from "@opentelemetry/api";
import type { HolderSnapshot, HoldupObserver, LiveSnapshot, WaiterSnapshot } from "@holdup/observer";
import { event } from "@holdup/protocol";

/**
 * Tells who holds and who waits, as a log record, for every primitive that anyone waits for; and once
 * more when nobody does any longer.
 */
export class SnapshotEvents {
  readonly #logger: Logger;
  #anyoneWaited = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  tell(observer: HoldupObserver): void {
    const waited = observer.live(mostParties);
    if (waited.length === 0 && !this.#anyoneWaited) return;
    this.#anyoneWaited = waited.length > 0;
    this.#logger.emit({
      eventName: event.snapshot,
      timestamp: Date.now(),
      severityNumber: SeverityNumber.INFO,
      body: { primitives: waited.map(primitive) },
    });
  }
}

// The page shows the first of a line; the rest is a number.
const mostParties = 100;

function primitive({ name, type, object, holders, waiters }: LiveSnapshot): Record<string, AnyValue> {
  return {
    name,
    type,
    object,
    holders: holders.map((holder) => party(holder, "hold")),
    waiters: waiters.map((waiter) => party(waiter, waiter.operation)),
  };
}

function party(
  { task, taskId, site, sinceMs }: HolderSnapshot | WaiterSnapshot,
  operation: string,
): Record<string, AnyValue> {
  return {
    sinceMs,
    operation,
    ...(task === null ? {} : { task }),
    ...(taskId === null ? {} : { taskId }),
    ...(site === null ? {} : { site: { ...site } }),
  };
}
