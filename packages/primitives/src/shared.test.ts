import { expect, test } from "vitest";
import { Lock } from "./lock.ts";
import { Shared } from "./shared.ts";
import { spawn } from "./task.ts";

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

test("it keeps what was set last", () => {
  const counter = new Shared(0, "counter");
  expect(counter).toMatchObject({ name: "counter" });
  expect(counter.get()).toBe(0);

  counter.set(5);

  expect(counter.get()).toBe(5);
  expect(new Shared(0).name).toMatch(/^shared@shared\.test\.ts:\d+$/);
});

test("update computes the new value from the old one and returns it", () => {
  const counter = new Shared(20, "counter");

  expect(counter.update((value) => value + 1)).toBe(21);

  expect(counter.get()).toBe(21);
});

test("an update whose function throws leaves it as it was", () => {
  const counter = new Shared(20, "counter");

  expect(() =>
    counter.update(() => {
      throw new Error("boom");
    }),
  ).toThrow("boom");

  expect(counter.get()).toBe(20);
});

test("an update by what is no function is a TypeError", () => {
  const counter = new Shared(20, "counter");

  expect(() => counter.update(5 as never)).toThrow(
    expect.objectContaining({ name: "TypeError", code: "ERR_INVALID_ARG" }),
  );

  expect(counter.get()).toBe(20);
});

test("reading, awaiting and then writing loses what others wrote; update or a lock does not", async () => {
  const counter = new Shared(0, "counter");
  const lock = new Lock("counter");
  const increment = async () => {
    const before = counter.get();
    await turn();
    counter.set(before + 1);
  };
  const threeTimes = (work: () => unknown) => Promise.all([1, 2, 3].map(() => spawn(work)));

  await threeTimes(increment);
  expect(counter.get()).toBe(1);
  await threeTimes(() => counter.update((value) => value + 1));
  expect(counter.get()).toBe(4);
  await threeTimes(() => lock.run(increment));
  expect(counter.get()).toBe(7);
});
