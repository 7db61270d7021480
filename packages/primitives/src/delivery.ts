import type { Waiter } from "./waiter.ts";

/**
 * The process-wide line of waiters whose wait is decided and whose promise is still to be settled.
 * One line for all rooms, so that what was decided first runs first; one microtask for all that
 * were decided in the same turn.
 */
let line: Waiter[] = [];
let next = 0;

const ready = Promise.resolve();

/** Settles this waiter one microtask from now, after all that were decided before it. */
export function deliver(waiter: Waiter): void {
  if (line.push(waiter) === 1) void ready.then(settleAll);
}

function settleAll(): void {
  try {
    // A settling waiter may give its grant on to another, which then stands at the end of this line.
    while (next < line.length) (line[next++] as Waiter).settle();
  } finally {
    if (next < line.length) void ready.then(settleAll);
    else {
      line = [];
      next = 0;
    }
  }
}
