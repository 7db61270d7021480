/**
 * 15.2.1 What the book prints (5 items, then 3, then 2) needs one more lock: a consumer keeps its turn
 * until it has its items, and the next one does not even begin to wait for items before that.
 */
import { Condition, gather, Lock, run, sleep } from "@holdup/primitives";

class SharedState {
  readonly #items: number[] = [];
  readonly #changed = new Condition(undefined, "items");
  readonly #turn = new Lock("turn");

  async produce(item: number): Promise<void> {
    using _hold = await this.#changed.acquire();
    this.#items.push(item);
    console.log(`Produced: ${item}`);
    this.#changed.notifyAll();
  }

  async consume(threshold: number): Promise<number[]> {
    using _turn = await this.#turn.acquire();
    using _hold = await this.#changed.acquire();
    await this.#changed.waitFor(() => this.#items.length >= threshold);
    const consumed = this.#items.splice(0, threshold);
    console.log(`Consumed: ${consumed.join(", ")}`);
    return consumed;
  }
}

async function producer(state: SharedState) {
  for (let i = 0; i < 10; i++) {
    await sleep(50);
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
