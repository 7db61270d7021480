import { expect, test } from "vitest";
import { observe } from "@holdup/primitives";
import { play, programs } from "../../primitives/src/oracle/play.ts";
import { createObserver } from "./observer.ts";

test("nothing is found wrong in any of the 399 recorded programs", async () => {
  let operations = 0;
  for (const program of programs) {
    const observer = createObserver();
    using _observing = observe(observer);
    await play(program);
    expect(observer.diagnose(), program.seed).toEqual([]);
    for (const primitive of observer.snapshot().primitives) operations += primitive.operations;
  }
  expect(programs).toHaveLength(399);
  expect(operations).toBeGreaterThan(1000);
}, 60_000);
