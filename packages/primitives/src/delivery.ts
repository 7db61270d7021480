import { Fifo } from "./fifo.ts";
import type { Waiter } from "./waiter.ts";

/**
 * The process-wide line of waiters whose wait is decided and whose promise is still to be settled.
 * One line for all rooms, so that what was decided first runs first; one microtask for all that
 * were decided in the same turn.
 */
const line = new Fifo<Waiter>();
let settling = false;

const ready = Promise.resolve();

/** Settles this waiter one microtask from now, after all that were decided before it. */
export function deliver(waiter: Waiter): void {
  line.add(waiter);
  if (line.size === 1 && !settling) void ready.then(settleAll);
}

function settleAll(): void {
  settling = true;
  try {
    // A settling waiter may give its grant on to another, which then stands at the end of this line.
    for (let next = line.take(); next !== undefined; next = line.take()) next.settle();
  } finally {
    settling = false;
    if (line.size > 0) void ready.then(settleAll);
  }
}
