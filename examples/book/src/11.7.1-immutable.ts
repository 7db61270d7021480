/**
 * 11.7.1 Immutable data through a queue: nobody needs a lock for what nobody can change.
 *
 * The book does not say that a tuple, and likewise Object.freeze, is shallow: what a frozen object refers
 * to can still be changed. deepFreeze goes all the way; a worker gets a copy, and copies are not frozen.
 */
import { gather, Queue, run } from "@holdup/primitives";
import { inWorker } from "./in-worker.ts";
import type { Basket } from "./basket-worker.ts";

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

function deepFreeze<T>(value: T): DeepReadonly<T> {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value as DeepReadonly<T>;
}

async function producer(queue: Queue<readonly number[]>) {
  const data = Object.freeze([1, 2, 3]);
  await queue.put(data);
  console.log(`Producer added data: ${data.join(", ")}`);
}

async function consumer(queue: Queue<readonly number[]>) {
  const data = await queue.get();
  console.log(`Consumer got data: ${data.join(", ")}`);
  attempt("Writing to it", () => {
    // @ts-expect-error The type says readonly, too: this does not even compile without this line.
    data[0] = 10;
  });
}

function attempt(what: string, change: () => void) {
  try {
    change();
    console.log(`${what}: done`);
  } catch (error) {
    console.log(`${what}: ${String(error)}`);
  }
}

async function main() {
  const queue = new Queue<readonly number[]>("data");
  await gather([() => producer(queue), () => consumer(queue)]);

  const shallow = Object.freeze({ owner: "Ana", items: ["tea"] });
  attempt("Adding to an array in a frozen object", () => shallow.items.push("cup"));
  const deep = deepFreeze<Basket>({ owner: "Ana", items: ["tea"] });
  attempt("Adding to an array in a deeply frozen object", () => (deep as Basket).items.push("cup"));

  console.log(`The worker's copy: ${await inWorker<string>("basket-worker", deep)}`);
  console.log(`Ours: ${deep.items.join(", ")}`);
}

await run(main);
