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
  const current = new CurrentState(() => now, { maxBytes: 1_000_000 });
  for (let i = 0; i < 2_000; i++) current.tell(presence(1, { instance: `i-${i}` }));
  const kept = current.waiters(accounts);
  expect(kept).toBeGreaterThan(900);
  expect(kept + current.dropped).toBe(2_000);
  expect(current.bytes).toBeLessThanOrEqual(1_000_000);

  now = 60_000;
  current.tell(presence(1, { instance: "late" }));
  expect([current.waiters(accounts), current.instances("shop")]).toEqual([1, 1]);
});

test("streams beyond the bound are counted, not kept, those that are known go on, and silent ones make room", () => {
  let now = 0;
  const current = new CurrentState(() => now, { maxBytes: 100_000 });
  for (let i = 0; i < 1_000; i++) current.tell(presence(1, { stream: String(i), instance: `i-${i % 7}` }));
  const kept = current.waiters(accounts);
  expect([kept, kept + current.dropped]).toEqual([expect.closeTo(300, -2), 1_000]);
  current.tell(presence(5, { stream: "0", instance: "i-0" }));
  expect(current.waiters(accounts)).toBe(kept + 4);

  now = 60_000;
  for (let i = 0; i < 90; i++) current.tell(presence(1, { instance: `new-${i}` }));
  expect(current.waiters(accounts)).toBe(90);
  now = 120_000;
  for (let i = 0; i < 1_000; i++) current.tell(presence(1, { stream: String(i), instance: "i-0" }));
  expect(current.waiters(accounts)).toBeGreaterThan(290);
});

test("a thousand processes of five hundred primitives have room", () => {
  const current = new CurrentState(() => 0);
  const names = Array.from({ length: 500 }, (_, i) => `lock-${i}`);
  for (let process = 0; process < 1_000; process++) {
    for (const name of names) {
      current.tell(presence(1, { name, instance: `i-${process}`, stream: "a".repeat(43) }));
    }
  }
  expect(new Set(names.map((name) => current.waiters({ ...accounts, name })))).toEqual(new Set([1_000]));
  expect(current.dropped).toBe(0);
});

test("a value that no process has does no harm to the sum of the others", () => {
  const current = new CurrentState(() => 0);
  current.tell(presence(3));
  current.tell(presence(1e300, { instance: "i-2" }));
  current.tell(presence(0.4, { instance: "i-2" }));
  current.tell(presence(-1e300, { instance: "i-3" }));
  current.tell(presence(0, { instance: "i-3" }));
  expect(current.waiters(accounts)).toBe(3);
});

test("of all processes together so many parties are kept, and more are counted", () => {
  const current = new CurrentState(() => 0);
  const party = { task: null, site: null, sinceMs: 0, operation: "" };
  const state = {
    name: "a",
    type: "lock",
    holders: [],
    waiters: Array.from({ length: 60_000 }, () => party),
  };
  const program = { service: "shop", instance: "i-1" };
  for (const instance of ["i-1", "i-1", "i-2"]) current.show({ ...program, instance }, [state]);
  expect([current.graph("shop").length, current.dropped]).toEqual([1, 1]);
});
