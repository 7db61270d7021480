import fc from "fast-check";
import { expect, test } from "vitest";
import { Fifo } from "./fifo.ts";

test("what comes out is what went in, in order, whatever the rhythm", () => {
  const steps = fc.array(fc.tuple(fc.nat(3000), fc.nat(3000)), { maxLength: 12 });
  fc.assert(
    fc.property(steps, (rounds) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      let next = 0;
      for (const [adds, takes] of rounds) {
        for (let i = 0; i < adds; i++) {
          fifo.add(next);
          model.push(next++);
        }
        expect(Array.from({ length: takes }, () => fifo.take())).toEqual(
          Array.from({ length: takes }, () => model.shift()),
        );
        expect(fifo.size).toBe(model.length);
      }
    }),
    { numRuns: 50 },
  );
});

test("one that is never empty lets go of what is out of it", () => {
  const fifo = new Fifo<object>();
  fifo.add({});
  for (let i = 0; i < 5000; i++) {
    fifo.add({ i });
    fifo.take();
  }

  expect(fifo.size).toBe(1);
  expect(fifo.take()).toEqual({ i: 4999 });
  expect(fifo.take()).toBeUndefined();
});
