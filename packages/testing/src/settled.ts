/**
 * Resolves when everything that can go on without time or I/O has: three turns of the event loop. Use it
 * instead of sleeping.
 *
 * @example
 * ```ts
 * const waiter = lock.acquire();
 * await settled();
 * expect(lock.waiting).toBe(1);
 * ```
 */
export function settled(): Promise<void> {
  return turns(3);
}

/** Resolves after so many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await new Promise<void>((resolve) => void setImmediate(resolve));
}
