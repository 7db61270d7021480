/**
 * Asks again and again until `look` gives something, and gives that. For what arrives from another
 * process, in its own time.
 *
 * @throws Error after `withinMs`, with what `look` threw last
 */
export async function eventually<T>(look: () => Promise<T | undefined>, withinMs = 10_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < deadline) {
    try {
      const found = await look();
      if (found !== undefined) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`did not happen within ${withinMs} ms`, { cause: last });
}

/** The JSON answer of a collector's route. @throws Error for another status than 200 */
export async function get<T>(url: string): Promise<T> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
