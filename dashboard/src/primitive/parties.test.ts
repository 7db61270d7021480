import type { Party } from "@holdup/protocol";
import { expect, test } from "vitest";
import { partiesNow } from "./parties.ts";

test("how many hold and wait is what the list beside it says", () => {
  const state = { name: "a", type: "lock", holders: parties(1), waiters: parties(2) };

  expect(partiesNow({ state, holders: 0, waiters: 7 })).toEqual({ holders: 1, waiters: 2 });
});

test("a list that was cut counts those who are not on it", () => {
  const state = { name: "a", type: "lock", holders: parties(1), waiters: parties(100) };

  expect(partiesNow({ state, holders: 1, waiters: 340 })).toEqual({ holders: 1, waiters: 340 });
  expect(partiesNow({ state, holders: 1, waiters: 60 })).toEqual({ holders: 1, waiters: 100 });
});

test("without a list the counts stand", () => {
  expect(partiesNow({ state: null, holders: 2, waiters: 0 })).toEqual({ holders: 2, waiters: 0 });
});

function parties(length: number): Party[] {
  return Array.from({ length }, () => ({ task: null, site: null, sinceMs: 1, operation: "acquire" }));
}
