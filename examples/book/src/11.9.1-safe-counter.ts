/** 11.9.1 A counter that brings its lock: as many increments as calls, however they overlap. */
import { gather, Lock, run, sleep } from "@holdup/primitives";

class SafeCounter {
  #value = 0;
  readonly #lock = new Lock("counter");

  get value(): number {
    return this.#value;
  }

  async increment(): Promise<void> {
    using _hold = await this.#lock.acquire();
    const read = this.#value;
    await sleep(100); // some processing
    this.#value = read + 1;
    console.log(`Counter incremented to ${this.#value}`);
  }
}

async function main() {
  const counter = new SafeCounter();
  await gather([() => counter.increment(), () => counter.increment(), () => counter.increment()]);
  console.log(`Final value of the counter: ${counter.value}`);
}

await run(main);
