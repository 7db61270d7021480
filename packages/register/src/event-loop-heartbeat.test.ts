import { setTimeout as after } from "node:timers/promises";
import { expect, test } from "vitest";
import { Heartbeat, Pulse } from "./event-loop-heartbeat.ts";

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

function heartbeat(watched: boolean, isDebugged = () => false) {
  const pulse = new Pulse(Pulse.memory());
  const stalls: number[] = [];
  const heart = new Heartbeat({ pulse, watched, isDebugged, onStall: (ms) => stalls.push(ms) });
  return { pulse, heart, stalls };
}

test("a beat that comes late tells for how long the loop stood still", async () => {
  const { pulse, heart, stalls } = heartbeat(false);
  using _heart = heart;
  await after(150);
  const before = pulse.beats;
  block(600);
  await after(10);

  expect(pulse.beats).toBeGreaterThan(before);
  const longest = Math.max(...stalls);
  expect(longest).toBeGreaterThan(450);
  const { seconds, longestSeconds } = heart.takeStalls();
  expect(longestSeconds).toBe(longest / 1000);
  expect(seconds).toBeGreaterThanOrEqual(longestSeconds);
  expect(heart.takeStalls()).toEqual({ seconds: 0, longestSeconds: 0 });
  expect(heart.takeLastStall()).toBe(stalls.at(-1));
  expect(heart.takeLastStall()).toBe(0);
});

test("a long stall counts only if the thread that watches got on meanwhile: else it was the whole process", async () => {
  const { pulse, heart, stalls } = heartbeat(true);
  using _heart = heart;
  await after(150);
  block(1200);
  await after(10);
  expect(stalls.filter((ms) => ms > 1000)).toEqual([]);

  block(600);
  for (let i = 0; i < 12; i++) pulse.look();
  block(600);
  await after(10);
  expect(stalls.filter((ms) => ms > 1000)).toHaveLength(1);
});

test("while somebody debugs, nothing counts", async () => {
  const { pulse, heart, stalls } = heartbeat(false, () => true);
  using _heart = heart;
  await after(150);
  expect(pulse.debugged).toBe(true);
  stalls.length = 0;
  block(300);
  await after(10);

  expect(stalls).toEqual([]);
});
