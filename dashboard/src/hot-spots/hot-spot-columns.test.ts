import { expect, test } from "vitest";
import { columns, columnsFor } from "./hot-spot-columns.tsx";

test("where there is little room, what matters least goes first", () => {
  expect(columnsFor(1408)).toBe(columns);
  expect(left(1068)).toEqual(["operations"]);
  expect(left(968)).toEqual(["operations", "waitP50"]);
  expect(left(300)).toEqual(["operations", "waitP50"]);
});

test("the same room has the same columns, so that the table isn't made anew", () => {
  expect(columnsFor(968)).toBe(columnsFor(900));
});

function left(width: number): (string | undefined)[] {
  const shown = columnsFor(width);
  return columns.filter((column) => !shown.includes(column)).map(({ id }) => id);
}
