/** What has been done of something that may fail halfway, and is then to be undone, the last thing first. */
export class Undo {
  readonly #steps: (() => unknown)[] = [];

  /** Gives back what was made; it is undone by `step`, which may be asynchronous. */
  by<Made>(made: Made, step: (made: Made) => unknown): Made {
    this.#steps.push(() => step(made));
    return made;
  }

  /** What can't be undone does not keep the rest from it: who failed has an error to tell already. */
  all(): void {
    for (const step of this.#steps.toReversed()) void attempt(step);
  }
}

async function attempt(step: () => unknown): Promise<void> {
  try {
    await step();
  } catch {
    // See above.
  }
}
