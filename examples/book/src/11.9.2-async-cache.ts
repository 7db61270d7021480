/**
 * 11.9.2 A cache. The book's lock is never contended (nothing waits inside it) and does not keep three
 * callers who miss the same key from computing it three times. getOrCompute does: the first who misses
 * starts the computation, the others await it, and the cancel of one of them does not stop it.
 */
import { gather, Lock, run, shield, sleep, spawn, type Task } from "@holdup/primitives";

class AsyncCache<K, V> {
  readonly #values = new Map<K, V>();
  readonly #lock = new Lock("cache");
  readonly #underWay = new Map<K, Task<V>>();

  get(key: K): Promise<V | undefined> {
    return this.#lock.run(() => this.#values.get(key));
  }

  async set(key: K, value: V): Promise<void> {
    using _hold = await this.#lock.acquire();
    this.#values.set(key, value);
    console.log(`Cache updated: ${String(key)} = ${String(value)}`);
  }

  /** The value; computed if it is missing, once however many ask. */
  async getOrCompute(key: K, compute: () => Promise<V>): Promise<V> {
    if (this.#values.has(key)) return this.#values.get(key) as V;
    const task = this.#underWay.get(key) ?? spawn(() => this.#compute(key, compute));
    this.#underWay.set(key, task);
    return await shield(task);
  }

  async #compute(key: K, compute: () => Promise<V>): Promise<V> {
    try {
      const value = await compute();
      await this.set(key, value);
      return value;
    } finally {
      this.#underWay.delete(key);
    }
  }
}

async function main() {
  const cache = new AsyncCache<string, number>();
  const sets = [() => cache.set("a", 1), () => cache.set("b", 2), () => cache.set("c", 3)];
  const gets = [() => cache.get("a"), () => cache.get("b"), () => cache.get("c")];
  const results = await gather([...sets, ...gets]);
  console.log(`The gets returned: ${results.slice(3).join(", ")}`);

  let computed = 0;
  async function compute() {
    computed += 1;
    await sleep(100);
    return 42;
  }
  async function getThenSet() {
    const value = (await cache.get("slow")) ?? (await compute());
    await cache.set("slow", value);
  }
  await gather([getThenSet, getThenSet, getThenSet]);
  console.log(`get, compute, set by 3 callers: computed ${computed} times`);

  computed = 0;
  const asked = [1, 2, 3].map(() => () => cache.getOrCompute("once", compute));
  console.log(`getOrCompute by 3 callers: ${(await gather(asked)).join(", ")}, computed ${computed} time`);
}

await run(main);
