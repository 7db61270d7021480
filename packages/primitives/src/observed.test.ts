import { expect, test } from "vitest";
import { observed } from "./observed.ts";
import { observe, type Observer } from "./observer.ts";
import { Queue } from "./queue.ts";
import { sleep } from "./sleep.ts";
import { spawn } from "./task.ts";
import type { Waiter } from "./waiter.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

const silent: Observer = {
  taken() {},
  passed() {},
  refused() {},
  parked() {},
  granted() {},
  resumed() {},
  withdrawn() {},
  left() {},
  releasing() {},
  released() {},
};

/** What the observer is told of streams, in order; `open` are the waits that have not ended. */
function watching(): { told: string[]; open: Set<Waiter> } & Disposable {
  const told: string[] = [];
  const open = new Set<Waiter>();
  const observing = observe({
    ...silent,
    parked: (waiter) => void (open.add(waiter), told.push(`waits in ${waiter.scope?.task.name}`)),
    resumed: (waiter) => void (open.delete(waiter), told.push("goes on")),
    left: (waiter, failure) => void (open.delete(waiter), told.push(failure)),
    released: () => void told.push("is done with the item"),
  });
  return { told, open, [Symbol.dispose]: () => observing[Symbol.dispose]() };
}

/** Counts up, one an event-loop turn; knows no cancel, as most streams. */
function counting(
  upTo = Number.POSITIVE_INFINITY,
): AsyncIterable<number> & { pulled: number; closed: boolean } {
  return {
    pulled: 0,
    closed: false,
    async *[Symbol.asyncIterator]() {
      try {
        while (this.pulled < upTo) {
          this.pulled++;
          await turn();
          yield this.pulled;
        }
      } finally {
        this.closed = true;
      }
    },
  };
}

async function collected<T>(source: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const item of source) into.push(item);
  return into;
}

test("X15 the source advances only when it is asked", async () => {
  const source = counting();
  const stream = observed(source, "rows")[Symbol.asyncIterator]();
  await turn();
  expect(source.pulled).toBe(0);

  expect(await stream.next()).toEqual({ done: false, value: 1 });
  await turn();

  expect(source.pulled).toBe(1);
});

test("X15 items and their end are the source's", async () => {
  expect(await collected(observed(counting(3), "rows"))).toEqual([1, 2, 3]);
  expect(await collected(observed(counting(0), "rows"))).toEqual([]);
});

test("X15 leaving early, by break or by an error, ends the source at once", async () => {
  const [broken, thrown] = [counting(), counting()];

  for await (const item of observed(broken)) if (item === 2) break;
  const failing = async () => {
    for await (const item of observed(thrown)) if (item === 2) throw new Error("boom");
  };
  await expect(failing()).rejects.toThrow("boom");

  expect([broken, thrown].map(({ pulled, closed }) => ({ pulled, closed }))).toEqual([
    { pulled: 2, closed: true },
    { pulled: 2, closed: true },
  ]);
});

test("X15 an error of the source passes, after the items before it", async () => {
  async function* failing(): AsyncGenerator<number, void> {
    yield 1;
    throw new Error("boom");
  }
  const got: number[] = [];

  await expect(collected(observed(failing()), got)).rejects.toThrow("boom");

  expect(got).toEqual([1]);
});

test("X15 two that are asked for at once come one after the other", async () => {
  const stream = observed(counting(2))[Symbol.asyncIterator]();

  const results = await Promise.all([stream.next(), stream.next(), stream.next()]);

  expect(results.map(({ value }) => value)).toEqual([1, 2, undefined]);
});

test("X5 it swallows no cancel: one that comes while the source works is delivered afterwards", async () => {
  const got: number[] = [];
  const task = spawn(async () => {
    for await (const item of observed(counting(5))) {
      got.push(item);
      if (item === 2) await sleep(0);
    }
  });
  await Promise.resolve();
  await Promise.resolve();

  task.cancel("enough");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(got).toEqual([1, 2]);
});

test("X5 it swallows no cancel: one that was asked for before the next item is delivered afterwards", async () => {
  const task = spawn(async () => {
    for await (const item of observed(counting(5))) {
      if (item === 1) task.cancel("enough");
      if (item === 2) await sleep(0);
      if (item === 3) return "swallowed";
    }
    return "ended";
  });

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
});

test("X5 a cancel reaches a source that knows of it, and passes", async () => {
  const queue = new Queue<number>();
  const task = spawn(() => collected(observed(queue, "rows")));
  await turn();

  task.cancel("enough");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(queue.waitingToGet).toBe(0);
});

test("each wait for the source has one end, also the last, and each item one hold", async () => {
  using seen = watching();

  await spawn(() => collected(observed(counting(2), "rows")), { name: "reader" });
  await turn();

  expect(seen.told).toEqual([
    "waits in reader",
    "goes on",
    "is done with the item",
    "waits in reader",
    "goes on",
    "is done with the item",
    "waits in reader",
    "goes on",
  ]);
  expect(seen.open.size).toBe(0);
});

test("a wait that the source fails, ends by that error; leaving early ends the hold", async () => {
  async function* failing(): AsyncGenerator<number, void> {
    yield 1;
    throw new Error("boom");
  }
  using seen = watching();

  await collected(observed(failing())).catch(() => {});
  for await (const _item of observed(counting())) break;
  await turn();

  const outside = "waits in undefined";
  const oneItem = [outside, "goes on", "is done with the item"];
  expect(seen.told).toEqual([...oneItem, outside, "error", ...oneItem]);
  expect(seen.open.size).toBe(0);
});

test("an unnamed stream is called after the line that made it", async () => {
  const names: string[] = [];
  using _observing = observe({ ...silent, parked: ({ room }) => void names.push(room.describes) });

  await collected(observed(counting(0)));
  await collected(observed(counting(0), { name: "rows" }));

  expect(names).toEqual([expect.stringMatching(/^stream "stream@observed\.test\.ts:\d+"$/), 'stream "rows"']);
});

test("what is no stream is a TypeError at once", () => {
  for (const source of [undefined, null, 5, [1]]) {
    expect(() => observed(source as never)).toThrow(
      expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
    );
  }
});
