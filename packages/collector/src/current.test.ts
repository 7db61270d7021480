import { expect, test } from "vitest";
import type { Presence } from "./aggregate.ts";
import { CurrentState } from "./current.ts";

const accounts = { service: "shop", type: "lock", name: "accounts" };

function presence(value: number, fields: Partial<Presence> = {}): Presence {
  return { ...accounts, instance: "i-1", kind: "waiters", stream: "", value, relative: false, ...fields };
}

test("a primitive's waiters are those of all processes together, as each last told", () => {
  const current = new CurrentState(() => 0);
  current.tell(presence(5));
  current.tell(presence(2));
  current.tell(presence(3, { instance: "i-2" }));
  current.tell(presence(4, { instance: "i-2", stream: "other" }));
  current.tell(presence(9, { kind: "holders" }));
  current.tell(presence(9, { name: "ledger" }));

  expect(current.waiters(accounts)).toBe(9);
  expect(current.holders(accounts)).toBe(9);
});

test("a relative value is added to the one before", () => {
  const current = new CurrentState(() => 0);
  for (const value of [3, -1]) current.tell(presence(value, { relative: true }));
  expect(current.waiters(accounts)).toBe(2);
});

test("in a process silent for half a minute nobody waits, until it is heard again", () => {
  let now = 0;
  const current = new CurrentState(() => now);
  current.tell(presence(2));
  now = 29_999;
  expect([current.waiters(accounts), current.instances("shop")]).toEqual([2, 1]);
  now = 30_000;
  expect([current.waiters(accounts), current.instances("shop")]).toEqual([0, 0]);
  current.heard({ service: "shop", instance: "i-1" });
  expect(current.waiters(accounts)).toBe(2);
});

test("the state joins the snapshots of all processes and ends five seconds after they came", () => {
  let now = 0;
  const current = new CurrentState(() => now);
  const party = (task: string) => ({ task, site: null, sinceMs: 1, operation: "acquire" });
  const state = { name: "accounts", type: "lock", holders: [party("a")], waiters: [party("b")] };
  current.show({ service: "shop", instance: "i-1" }, [state]);
  now = 3_000;
  current.show({ service: "shop", instance: "i-2" }, [{ ...state, holders: [party("c")], waiters: [] }]);

  expect(current.state(accounts)).toEqual({ ...state, holders: [party("a"), party("c")] });
  now = 5_000;
  expect(current.state(accounts)).toMatchObject({ holders: [party("c")], waiters: [] });
  now = 8_000;
  expect(current.state(accounts)).toBeNull();
});

test("processes beyond the bound are counted, not kept, and silent ones make room", () => {
  let now = 0;
  const current = new CurrentState(() => now);
  for (let i = 0; i < 1_001; i++) current.tell(presence(1, { instance: `i-${i}` }));
  expect([current.waiters(accounts), current.dropped]).toEqual([1_000, 1]);

  now = 60_000;
  current.tell(presence(1, { instance: "late" }));
  expect([current.waiters(accounts), current.dropped]).toEqual([1, 1]);
});

test("of all processes together so many streams and parties are kept, and those of silent ones make room", () => {
  let now = 0;
  const current = new CurrentState(() => now);
  for (let i = 0; i < 50_001; i++) current.tell(presence(1, { stream: String(i), instance: `i-${i % 7}` }));
  expect([current.waiters(accounts), current.dropped]).toEqual([50_000, 1]);

  const party = { task: null, site: null, sinceMs: 0, operation: "" };
  const state = {
    name: "a",
    type: "lock",
    holders: [],
    waiters: Array.from({ length: 60_000 }, () => party),
  };
  const program = { service: "shop", instance: "i-1" };
  for (const instance of ["i-1", "i-1", "i-2"]) current.show({ ...program, instance }, [state]);
  expect([current.graph("shop").length, current.dropped]).toEqual([1, 2]);

  now = 60_000;
  for (let i = 0; i < 1_000; i++) current.tell(presence(1, { instance: `new-${i}` }));
  expect(current.waiters(accounts)).toBe(1_000);
});
