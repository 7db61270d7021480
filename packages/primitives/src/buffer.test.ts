import fc from "fast-check";
import { expect, test } from "vitest";
import { FifoBuffer, LifoBuffer, PriorityBuffer, type Buffer } from "./buffer.ts";

const drained = <T>(buffer: Buffer<T>) => Array.from({ length: buffer.size }, () => buffer.take());

function filled<B extends Buffer<T>, T>(buffer: B, items: readonly T[]): B {
  for (const item of items) buffer.add(item);
  return buffer;
}

test("Q1 first in, first out, also when it grows while it has wrapped around", () => {
  const buffer = filled(new FifoBuffer<number>(), [1, 2, 3]);
  expect([buffer.take(), buffer.take()]).toEqual([1, 2]);

  const more = Array.from({ length: 100 }, (_, i) => i + 4);
  filled(buffer, more);

  expect(drained(buffer)).toEqual([3, ...more]);
});

test("Q12 last in, first out", () => {
  expect(drained(filled(new LifoBuffer<number>(), [1, 3, 2]))).toEqual([2, 3, 1]);
});

test("Q11 smallest first, equal ones in the order of their coming", () => {
  const buffer = new PriorityBuffer<[number, string]>(([a], [b]) => a - b);
  filled(buffer, [
    [2, "b"],
    [1, "z"],
    [2, "a"],
    [1, "y"],
  ]);

  expect(drained(buffer).map(([, name]) => name)).toEqual(["z", "y", "b", "a"]);
});

test("Q11 a comparator that throws leaves the buffer as it was, on the way in and on the way out", () => {
  let failing = false;
  const buffer = new PriorityBuffer<number>((a, b) => {
    if (failing) throw new TypeError("can't compare");
    return a - b;
  });
  filled(buffer, [5, 3, 4, 1, 2]);

  failing = true;
  expect(() => buffer.add(0)).toThrow("can't compare");
  expect(() => buffer.take()).toThrow("can't compare");
  failing = false;

  expect(drained(buffer)).toEqual([1, 2, 3, 4, 5]);
});

test("Q14 cleared, it is empty and goes on as a new one; nothing is compared", () => {
  let failing = false;
  const compare = (a: number, b: number) => {
    if (failing) throw new TypeError("can't compare");
    return a - b;
  };
  const kinds: Buffer<number>[] = [new FifoBuffer(), new LifoBuffer(), new PriorityBuffer(compare)];
  for (const buffer of kinds) {
    filled(
      buffer,
      Array.from({ length: 20 }, (_, i) => i),
    );
    failing = true;
    buffer.clear();
    failing = false;
    expect(buffer.size).toBe(0);
    expect(drained(filled(buffer, [7]))).toEqual([7]);
  }
});

test("each gives what a plain array would, whatever is added and taken", () => {
  interface Item {
    readonly rank: number;
    readonly id: number;
  }
  const first = (items: readonly Item[]) => items[0];
  const kinds = [
    { make: () => new FifoBuffer<Item>(), next: first },
    { make: () => new LifoBuffer<Item>(), next: (items: readonly Item[]) => items.at(-1) },
    {
      make: () => new PriorityBuffer<Item>((a, b) => a.rank - b.rank),
      next: (items: readonly Item[]) => first(items.toSorted((a, b) => a.rank - b.rank)),
    },
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...kinds),
      fc.array(fc.option(fc.nat(5)), { maxLength: 200, size: "max" }),
      ({ make, next }, steps) => {
        const buffer: Buffer<Item> = make();
        let model: Item[] = [];
        for (const [id, rank] of steps.entries()) {
          if (rank !== null) {
            buffer.add({ rank, id });
            model.push({ rank, id });
          } else if (model.length > 0) {
            const expected = next(model);
            expect(buffer.take()).toEqual(expected);
            model = model.filter((item) => item !== expected);
          }
          expect(buffer.size).toBe(model.length);
        }
      },
    ),
    { numRuns: 300 },
  );
});
