/** Microtasks after which a program that has not ended is one that never will. */
const mostTicks = 3000;

/**
 * What a program that waits for nothing but promises notes, each with the number of microtasks until then: two programs
 * with the same journal can't be told apart from within.
 */
export async function journal(
  program: (note: (what: string) => void) => Promise<unknown>,
): Promise<readonly string[]> {
  const lines: string[] = [];
  let tick = 0;
  let over = false;
  const note = (what: string): void => void lines.push(`${tick}: ${what}`);
  const end = (): void => {
    over = true;
  };
  void program(note).then(end, end);
  while (!over && tick < mostTicks) {
    tick++;
    await Promise.resolve();
  }
  note(over ? "the end" : "no end");
  return lines;
}

/** Notes how a promise settles. */
export async function settles(
  name: string,
  note: (what: string) => void,
  promise: () => PromiseLike<unknown>,
): Promise<void> {
  try {
    note(`${name} gives ${String(await promise())}`);
  } catch (error) {
    note(`${name} throws ${String(error)}`);
  }
}

/** Goes on so many microtasks later. */
export async function ticks(count: number): Promise<void> {
  for (let left = count; left > 0; left--) await Promise.resolve();
}
