import { setTimeout as after, setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { LoopReader } from "./event-loop-reading.ts";

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function litter(): void {
  let garbage: number[][] = [];
  for (let i = 0; i < 2000; i++) {
    garbage.push(Array.from({ length: 1000 }, () => i));
    if (garbage.length > 50) garbage = [];
  }
}

test("a turn that took long is the longest delay, once; the next reading begins anew", async () => {
  using reader = new LoopReader();
  await after(60);
  reader.take();
  // What begins before Node has looked again has no beginning for it.
  await after(60);
  block(300);
  await after(60);
  const { delay, activeSeconds, residentBytes, heapSpaces } = reader.take();

  expect(delay.max).toBeGreaterThan(0.25);
  expect(delay.count).toBeGreaterThan(0);
  expect(delay.sum).toBeGreaterThan(0.25);
  expect(activeSeconds).toBeGreaterThan(0.25);
  expect(residentBytes).toBeGreaterThan(1e6);
  expect(heapSpaces.map(({ name }) => name)).toContain("old_space");
  expect(reader.take().delay.count).toBe(0);
});

test("a turn that Node has forgotten is known by its stall", () => {
  using reader = new LoopReader();

  expect(reader.take(0.7).delay).toMatchObject({ count: 1, max: 0.7 });
});

test("pauses for garbage collection are told by what was collected", async () => {
  using reader = new LoopReader();
  const collected = () => reader.take().gc.find(({ type }) => type === "minor");
  // How much there must be before the young are collected, the heap decides; it is told at one of the loop's next turns.
  let told = collected();
  for (; told === undefined; told = collected()) {
    litter();
    await turn();
  }

  expect(told.pauses.count).toBeGreaterThan(0);
  expect(told.pauses.sum).toBeGreaterThan(0);
  expect(reader.take().gc).toEqual([]);
});
