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
export async function settled(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await new Promise<void>((resolve) => void setImmediate(resolve));
}
