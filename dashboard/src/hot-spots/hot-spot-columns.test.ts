import { expect, test } from "vitest";
import { columns, columnsFor } from "./hot-spot-columns.tsx";

test("where there is little room, what matters least goes first", () => {
  expect(columnsFor(1408)).toEqual(columns);
  expect(left(1130)).toEqual(["operations"]);
  expect(left(968)).toEqual(["operations", "trend", "waitP50"]);
  expect(left(300)).toEqual(["operations", "trend", "waitP50"]);
});

test("the same room has the same columns, so that the table isn't made anew", () => {
  expect(columnsFor(968)).toBe(columnsFor(900));
  expect(columnsFor(968, "trend")).toBe(columnsFor(900, "trend"));
});

function left(width: number): (string | undefined)[] {
  const shown = columnsFor(width);
  return columns.filter((column) => !shown.includes(column)).map(({ id }) => id);
}
