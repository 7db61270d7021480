/**
 * 15.2.1 A condition: consumers that wait for 5, 3 and 2 items.
 *
 * The book lets the 5 go first. In truth each notifyAll has everybody look again, and whose threshold is
 * met takes: 2 items at item 1, 3 at item 4, 5 at item 9. See -ordered-turns for the book's order.
 */
import { Condition, gather, run, sleep } from "@holdup/primitives";

class SharedState {
  readonly #items: number[] = [];
  readonly #changed = new Condition(undefined, "items");

  async produce(item: number): Promise<void> {
    using _hold = await this.#changed.acquire();
    this.#items.push(item);
    console.log(`Produced: ${item}`);
    this.#changed.notifyAll();
  }

  async consume(threshold: number): Promise<number[]> {
    using _hold = await this.#changed.acquire();
    await this.#changed.waitFor(() => this.#items.length >= threshold);
    const consumed = this.#items.splice(0, threshold);
    console.log(`Consumed: ${consumed.join(", ")}`);
    return consumed;
  }
}

async function producer(state: SharedState) {
  for (let i = 0; i < 10; i++) {
    await sleep(500);
    await state.produce(i);
  }
}

async function consumer(state: SharedState, threshold: number) {
  const consumed = await state.consume(threshold);
  console.log(`Consumer received: ${consumed.join(", ")}`);
}

async function main() {
  const state = new SharedState();
  await gather([
    () => producer(state),
    () => consumer(state, 5),
    () => consumer(state, 3),
    () => consumer(state, 2),
  ]);
}

await run(main);
