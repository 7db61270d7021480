import { expect, test } from "vitest";
import { columns, columnsFor } from "./hot-spot-columns.tsx";

test("where there is little room, what matters least goes first", () => {
  expect(columnsFor(1408)).toEqual(columns);
  expect(left(1130)).toEqual(["operations"]);
  expect(left(968)).toEqual(["operations", "trend", "waitP50"]);
  expect(left(818)).toEqual(["operations", "trend", "waitP50", "waiter"]);
  expect(left(300)).toEqual(["operations", "trend", "waitP50", "waiter"]);
});

test("the same room has the same columns, so that the table isn't made anew", () => {
  expect(columnsFor(968)).toBe(columnsFor(910));
  expect(columnsFor(968, ["trend"])).toBe(columnsFor(910, ["trend"]));
});

test("what these rows don't have makes room for the others", () => {
  expect(left(1084)).toEqual(["operations", "trend"]);
  expect(left(1084, ["waiters", "trend", "holdP99"])).toEqual(["waiters", "trend", "holdP99"]);
  expect(left(818, ["waiters", "trend", "holdP99"])).not.toContain("waiter");
});

function left(width: number, without: readonly string[] = []): (string | undefined)[] {
  const shown = columnsFor(width, without);
  return columns.filter((column) => !shown.includes(column)).map(({ id }) => id);
}
