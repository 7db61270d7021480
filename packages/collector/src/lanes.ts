/** Has work on the same thing done one after the other, in the order of asking, and all other work at once. */
export class Lanes {
  readonly #ends = new Map<string, Promise<void>>();

  /** Does the work when everything asked for before on any of the keys is done, however it ended. */
  async run<Result>(keys: readonly string[], work: () => Promise<Result>): Promise<Result> {
    const before = keys.flatMap((key) => this.#ends.get(key) ?? []);
    const result = Promise.all(before).then(work);
    const end = result.then(ignore, ignore);
    for (const key of keys) this.#ends.set(key, end);
    try {
      return await result;
    } finally {
      for (const key of keys) if (this.#ends.get(key) === end) this.#ends.delete(key);
    }
  }
}

function ignore(): void {}
