import fc from "fast-check";
import { expect, test } from "vitest";
import { batch } from "./batch.ts";
import { useClock } from "./clock.ts";
import { ManualClock } from "./manual-clock.ts";
import { Queue } from "./queue.ts";
import { spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

async function* numbers(count: number): AsyncGenerator<number, void> {
  for (let i = 0; i < count; i++) {
    if (i % 3 === 2) await turn();
    yield i;
  }
}

async function collected<T>(source: AsyncIterable<T>, into: T[] = []): Promise<T[]> {
  for await (const item of source) into.push(item);
  return into;
}

/** A stream that gives these items and then nothing more, and knows no cancel. */
function stalling<T>(...items: T[]): AsyncIterable<T> & { closed: boolean } {
  const source = {
    closed: false,
    async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
      yield* items;
      await new Promise<void>(() => {});
    },
  };
  const generate = source[Symbol.asyncIterator].bind(source);
  return Object.assign(source, {
    [Symbol.asyncIterator]() {
      const generator = generate();
      const end = generator.return.bind(generator);
      generator.return = (value) => {
        source.closed = true;
        return end(value);
      };
      return generator;
    },
  });
}

test("X19 it gives full batches in order and the rest at the end", async () => {
  expect(await collected(batch(numbers(7), { size: 3 }))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect(await collected(batch(numbers(6), { size: 3 }))).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
});

test("X19 it gives nothing when nothing comes", async () => {
  expect(await collected(batch(numbers(0), { size: 3, every: 10 }))).toEqual([]);
});

test("X19 when the source fails, what has come is given first", async () => {
  async function* failing(): AsyncGenerator<number, void> {
    yield* numbers(4);
    throw new Error("boom");
  }
  const got: number[][] = [];

  await expect(collected(batch(failing(), { size: 3 }), got)).rejects.toThrow("boom");

  expect(got).toEqual([[0, 1, 2], [3]]);
});

test("X19 when its task is cancelled, what has come is given first, and nothing more is taken", async () => {
  const queue = new Queue<number>();
  const got: number[][] = [];
  const task = spawn(() => collected(batch(queue, { size: 3 }), got));
  for (let i = 0; i < 4; i++) queue.putNowait(i);
  await turn();

  task.cancel("enough");

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED", cause: "enough" });
  expect(got).toEqual([[0, 1, 2], [3]]);
  queue.putNowait(4);
  expect(queue).toMatchObject({ size: 1, waitingToGet: 0 });
});

test("X19 a cancel ends it even where the source never gives another item", async () => {
  const source = stalling(1, 2);
  const got: number[][] = [];
  const task = spawn(() => collected(batch(source, { size: 5 }), got));
  await turn();

  task.cancel();

  await expect(task).rejects.toMatchObject({ code: "ERR_CANCELLED" });
  expect(got).toEqual([[1, 2]]);
  expect(source.closed).toBe(true);
});

test("X19 with a time, what has come since the first item is given, full or not", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const queue = new Queue<number>();
  const got: number[][] = [];
  const all = collected(batch(queue, { size: 3, every: 100 }), got);
  clock.advance(500);
  await turn();

  queue.putNowait(1);
  await turn();
  clock.advance(99);
  queue.putNowait(2);
  await turn();
  expect(got).toEqual([]);
  clock.advance(1);
  await turn();
  expect(got).toEqual([[1, 2]]);

  for (const item of [3, 4, 5, 6]) queue.putNowait(item);
  await turn();
  queue.shutdown();
  await all;
  expect(got).toEqual([[1, 2], [3, 4, 5], [6]]);
  expect(clock.alarms).toBe(0);
});

test("X19 an item that comes in the very turn of the time does not put the batch off", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  let give: ((result: IteratorResult<number, undefined>) => void) | undefined;
  const next = () => new Promise<IteratorResult<number, undefined>>((resolve) => (give = resolve));
  const source: AsyncIterable<number> = { [Symbol.asyncIterator]: () => ({ next }) };
  const got: number[][] = [];
  void collected(batch(source, { size: 5, every: 100 }), got);
  await turn();
  give?.({ value: 1 });
  await turn();

  give?.({ value: 2 });
  clock.advance(100);
  await turn();

  expect(got).toEqual([[1, 2]]);
});

test("X19 leaving early ends the source, even one from which an item is still awaited", async () => {
  const clock = new ManualClock();
  using _clock = useClock(clock);
  const source = stalling(1);
  const consume = async () => {
    for await (const items of batch(source, { size: 5, every: 100 })) return items;
    return [];
  };
  const first = consume();
  await turn();

  clock.advance(100);

  expect(await first).toEqual([1]);
  expect(source.closed).toBe(true);
});

test("X15 it takes from the source only when asked for a batch", async () => {
  let taken = 0;
  let closed = false;
  async function* counting(): AsyncGenerator<number, void> {
    try {
      for (;;) yield taken++;
    } finally {
      closed = true;
    }
  }
  const source = batch(counting(), { size: 2 });
  expect(taken).toBe(0);

  for await (const items of source) {
    await turn();
    expect(taken).toBe((items[1] as number) + 1);
    if (taken === 6) break;
  }

  expect(closed).toBe(true);
});

test("a size or time that makes no sense is a RangeError", () => {
  const noTime = ["5" as never, 0, Number.NaN].map((every) => ({ size: 1, every }));
  for (const options of [{ size: 0 }, { size: 1.5 }, ...noTime]) {
    expect(() => batch(numbers(1), options)).toThrow(expect.objectContaining({ code: "ERR_OUT_OF_RANGE" }));
  }
});

test("batches without options, or of what is no stream, are a TypeError at once", () => {
  const wrong = expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" });

  for (const options of [undefined, null, 5])
    expect(() => batch(numbers(1), options as never)).toThrow(wrong);
  for (const source of [undefined, null, 5, [1]])
    expect(() => batch(source as never, { size: 1 })).toThrow(wrong);
});

test("X19 nothing is lost, doubled or out of order, wherever its task is cancelled", async () => {
  type Step = "put" | "turn" | "advance" | "cancel";
  const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { weight: 12, arbitrary: fc.constant("put" as const) },
    { weight: 6, arbitrary: fc.constant("turn" as const) },
    { weight: 4, arbitrary: fc.constant("advance" as const) },
    { weight: 1, arbitrary: fc.constant("cancel" as const) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.option(fc.constant(10)),
      fc.array(anyStep, { maxLength: 40, size: "max" }),
      async (size, every, steps) => {
        const clock = new ManualClock();
        using _clock = useClock(clock);
        const queue = new Queue<number>();
        const got: number[][] = [];
        const task = spawn(() => collected(batch(queue, { size, every: every ?? undefined }), got));
        let put = 0;
        for (const step of steps) {
          if (step === "put") queue.putNowait(put++);
          else if (step === "advance") clock.advance(5);
          else if (step === "turn") await turn();
          else task.cancel();
        }
        await turn();
        queue.shutdown();
        await turn();

        expect(task.done).toBe(true);
        const left = Array.from({ length: queue.size }, () => queue.getNowait());
        expect([...got.flat(), ...left]).toEqual(Array.from({ length: put }, (_, i) => i));
        for (const [i, items] of got.entries()) {
          expect(items.length).toBeGreaterThan(0);
          expect(items.length).toBeLessThanOrEqual(size);
          if (every === null && i < got.length - 1) expect(items).toHaveLength(size);
        }
        expect(clock.alarms).toBe(0);
      },
    ),
    { numRuns: 300 },
  );
});
