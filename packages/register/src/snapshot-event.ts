import { SeverityNumber, type AnyValue, type Logger } from "@opentelemetry/api";
import type { HolderSnapshot, PrimitiveSnapshot, Snapshot, WaiterSnapshot } from "@holdup/observer";
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

  tell(snapshot: Snapshot): void {
    const waited = snapshot.primitives.filter(({ waiters }) => waiters.length > 0);
    if (waited.length === 0 && !this.#anyoneWaited) return;
    this.#anyoneWaited = waited.length > 0;
    this.#logger.emit({
      eventName: event.snapshot,
      timestamp: snapshot.time,
      severityNumber: SeverityNumber.INFO,
      body: { primitives: waited.map(primitive) },
    });
  }
}

// The page shows the first of a line; the rest is a number.
const mostParties = 100;

function primitive({ name, type, holders, waiters }: PrimitiveSnapshot): Record<string, AnyValue> {
  return {
    name,
    type,
    holders: holders.slice(0, mostParties).map((holder) => party(holder, "hold")),
    waiters: waiters.slice(0, mostParties).map((waiter) => party(waiter, waiter.operation)),
  };
}

function party(
  { task, site, sinceMs }: HolderSnapshot | WaiterSnapshot,
  operation: string,
): Record<string, AnyValue> {
  return {
    sinceMs,
    operation,
    ...(task === null ? {} : { task }),
    ...(site === null ? {} : { site: { ...site } }),
  };
}
