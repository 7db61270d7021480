import type { Party, WaitGraphItem } from "@holdup/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { deadlocks } from "./deadlock.ts";
import { deadlockAdvice, deadlockReport, deadlockSentence, deadlockTitle } from "./deadlock-text.ts";
import { waitGraph } from "./graph.ts";

function party(task: string, sinceMs = 3200): Party {
  const site = { functionName: task, filePath: `src/${task}.ts`, lineNumber: 4 };
  return { task, taskId: task, site, sinceMs, operation: "acquire" };
}

function item(name: string, holders: Party[], waiters: Party[], type = "lock"): WaitGraphItem {
  return { service: "shop", instance: "1", primitive: { name, type }, holders, waiters };
}

const twoLocks = [
  item("accounts", [party("A", 4000)], [party("B", 3200)]),
  item("ledger", [party("B", 4000)], [party("A", 3500)]),
];

test("two tasks that wait for each other's lock are a deadlock, since the later one began to wait", () => {
  const [deadlock, ...others] = deadlocks(waitGraph(twoLocks));

  expect(others).toEqual([]);
  expect(deadlock?.sinceMs).toBe(3200);
  expect(deadlock?.circle.map(({ task, primitive }) => [task.name, primitive.name])).toEqual([
    ["A", "ledger"],
    ["B", "accounts"],
  ]);
});

test("a deadlock is told in words, with both sites of each task and an order to take the locks in", () => {
  const [deadlock] = deadlocks(waitGraph(twoLocks));
  if (deadlock === undefined) throw new Error("no deadlock");

  expect(deadlockTitle(deadlock)).toBe("Deadlock · 3.2\u00A0s");
  expect(deadlockSentence(deadlock)).toBe(
    "A holds accounts → waits for ledger → held by B → waits for accounts → held by A",
  );
  expect(deadlockAdvice(deadlock)).toContain("accounts before ledger");
  expect(deadlockReport(deadlock)).toContain(
    "- B holds ledger, taken at src/B.ts:4; waits for accounts at src/B.ts:4; held by A",
  );
});

test("a line of waiters is no deadlock", () => {
  const line = [
    item("accounts", [party("A")], [party("B")]),
    item("ledger", [party("B")], [party("C")]),
    item("stock", [party("C")], [party("D")]),
  ];

  expect(deadlocks(waitGraph(line))).toEqual([]);
});

test("a circle through a semaphore that somebody else may give back is no deadlock", () => {
  const items = [
    item("slots", [party("A", 4000), party("free", 4000)], [party("B")], "semaphore"),
    item("ledger", [party("B", 4000)], [party("A")]),
  ];

  expect(deadlocks(waitGraph(items))).toEqual([]);
});

test("a semaphore whose holders all wait for each other is a deadlock", () => {
  const items = [
    item("slots", [party("A", 4000), party("B", 4000)], [party("C")], "semaphore"),
    item("ledger", [party("C", 4000)], [party("A"), party("B")]),
  ];

  expect(deadlocks(waitGraph(items))).toMatchObject([{ sinceMs: 3200 }]);
});

test("what nobody gives back by releasing it, such as an event, is no link of a circle", () => {
  const items = [
    item("done", [party("A", 4000)], [party("B")], "event"),
    item("ledger", [party("B", 4000)], [party("A")]),
  ];

  expect(deadlocks(waitGraph(items))).toEqual([]);
});

test("a lock that its task took after it began to wait is given back by other code of the task", () => {
  const items = [
    item("accounts", [party("A", 100)], [party("B", 900)]),
    item("ledger", [party("B", 4000)], [party("A", 900)]),
  ];

  expect(deadlocks(waitGraph(items))).toEqual([]);
});

test("a circle of a moment is not told yet", () => {
  const items = [
    item("accounts", [party("A", 4000)], [party("B", 20)]),
    item("ledger", [party("B", 4000)], [party("A", 3000)]),
  ];

  expect(deadlocks(waitGraph(items))).toEqual([]);
});

test("a circle of any length is one deadlock that names everyone in their order, wherever it is entered", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.integer({ min: 0, max: 11 }), (length, turn) => {
      const items = Array.from({ length }, (_, index) =>
        item(`lock-${index}`, [party(`task-${index}`, 9000)], [party(`task-${(index + 1) % length}`, 3200)]),
      );
      const turned = [...items.slice(turn % length), ...items.slice(0, turn % length)];
      const bystander = item("beside", [party("task-0", 9000)], [party("bystander", 5000)]);

      const [deadlock, ...others] = deadlocks(waitGraph([...turned, bystander]));

      expect(others).toEqual([]);
      expect(deadlock?.circle).toHaveLength(length);
      expect(new Set(deadlock?.nodes).size).toBe(2 * length);
    }),
  );
});
