import { expect, test } from "vitest";
import { defaultSort } from "../row-order.ts";
import { columnsWithout, sortWithin } from "./own-columns.ts";

test("a line that waited has its waits, one that held its holds, and neither the figures of the whole", () => {
  expect(columnsWithout("name")).toEqual([]);
  expect(columnsWithout("waiter")).toContain("holdP99");
  expect(columnsWithout("waiter")).not.toContain("waitP99");
  expect(columnsWithout("holder")).toEqual(expect.arrayContaining(["operations", "waitP50", "waitP99"]));
  expect(columnsWithout("holder")).not.toContain("holdP99");
});

test("in a recording nobody waits now, and how long the waits of one line took is not known", () => {
  expect(columnsWithout("name", true)).toEqual(["waiters"]);
  expect(columnsWithout("waiter", true)).toEqual(expect.arrayContaining(["holdP99", "waitP50", "waitP99"]));
  expect(sortWithin("waiter", { column: "waitP99", descending: true }, true)).toBe(defaultSort);
});

test("rows are not ordered by what they don't have, and go back to the order when they have it again", () => {
  const byWait = { column: "waitP99", descending: true } as const;

  expect(sortWithin("holder", byWait)).toBe(defaultSort);
  expect(sortWithin("waiter", byWait)).toBe(byWait);
  expect(sortWithin("name", byWait)).toBe(byWait);
});
