import type { Party, WaitGraphItem } from "@holdup/protocol";
import { expect, test } from "vitest";
import { waitGraph } from "./graph.ts";

const site = { functionName: "pay", filePath: "src/pay.ts", lineNumber: 7 };

function party(taskId: string | undefined, sinceMs = 1000): Party {
  return { task: "pay", ...(taskId === undefined ? {} : { taskId }), site, sinceMs, operation: "acquire" };
}

function item(name: string, holders: Party[], waiters: Party[], object?: number): WaitGraphItem {
  return {
    service: "shop",
    instance: "1",
    primitive: { name, type: "lock" },
    ...(object === undefined ? {} : { object }),
    holders,
    waiters,
  };
}

test("a task that holds one lock and waits for another is one node", () => {
  const { nodes, edges } = waitGraph([
    item("accounts", [party("1")], [party("2")]),
    item("ledger", [party("3")], [party("1")]),
  ]);

  expect([...nodes.values()].map(({ kind }) => kind).toSorted()).toEqual([
    "primitive",
    "primitive",
    "task",
    "task",
    "task",
  ]);
  expect(edges.map(({ kind }) => kind)).toEqual(["hold", "wait", "hold", "wait"]);
});

test("tasks of one name are told apart by their ids, and without ids nobody is taken for another", () => {
  const withIds = waitGraph([item("accounts", [party("1")], [party("2")])]);
  const without = waitGraph([item("accounts", [party(undefined)], [party(undefined)])]);

  expect(withIds.nodes.size).toBe(3);
  expect(without.nodes.size).toBe(3);
});

test("two locks of one name are two boxes", () => {
  const { nodes } = waitGraph([
    item("account", [party("1")], [party("2")], 1),
    item("account", [party("2")], [party("1")], 2),
  ]);

  expect([...nodes.values()].filter(({ kind }) => kind === "primitive")).toHaveLength(2);
});

test("many that wait at the same line are one node with their number and the longest wait", () => {
  const waiters = [3, 4, 5, 6].map((id) => party(String(id), id * 100));
  const { nodes, edges } = waitGraph([item("accounts", [party("1")], waiters)]);

  expect([...nodes.values()]).toContainEqual(expect.objectContaining({ kind: "task", count: 4 }));
  expect(edges.find(({ kind }) => kind === "wait")?.sinceMs).toBe(600);
});

test("one of many that is waited for itself stays a node of its own", () => {
  const { nodes } = waitGraph([
    item("accounts", [party("1")], [party("2"), party("3"), party("4"), party("5")]),
    item("ledger", [party("2")], [party("1")]),
  ]);

  expect([...nodes.values()].filter(({ kind }) => kind === "task")).toMatchObject([
    { taskId: "1", count: 1 },
    { taskId: "2", count: 1 },
    { count: 3 },
  ]);
});

test("edges keep their ids when others come and go", () => {
  const before = waitGraph([item("accounts", [party("1")], [party("2"), party("3")])]);
  const after = waitGraph([item("accounts", [party("1")], [party("3")])]);
  const idOf = ({ edges }: typeof before) =>
    edges.find(({ kind, from }) => kind === "hold" || from.includes("3"))?.id;

  expect(idOf(after)).toBe(idOf(before));
});

test("code outside of tasks is named by its function", () => {
  const { nodes } = waitGraph([item("accounts", [{ ...party(undefined), task: null }], [party("1")])]);

  expect([...nodes.values()].map(({ name }) => name)).toContain("pay()");
});
