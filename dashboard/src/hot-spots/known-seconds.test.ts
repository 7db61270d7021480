import { expect, test } from "vitest";
import { knownSeconds } from "./known-seconds.ts";

test("a rate is over the time in which the service was there", () => {
  expect(knownSeconds(900, 100_000, 51_000)).toBe(50);
});

test("it is over no more than the time that is asked for, and no less than a second", () => {
  expect(knownSeconds(900, 10_000_000, 51_000)).toBe(900);
  expect(knownSeconds(900, 50_000, 51_000)).toBe(1);
});

test("of a service that nobody tells of it is over all of it", () => {
  expect(knownSeconds(900, 100_000, undefined)).toBe(900);
});
