import { expect, test } from "vitest";
import { Undo } from "./undo.ts";

test("what was done is undone at once, the last thing first, also if something can't be", () => {
  const undone: string[] = [];
  const undo = new Undo();
  expect(undo.by("a", (made) => undone.push(made))).toBe("a");
  undo.by("b", () => Promise.reject(new Error("late")));
  undo.by("c", () => {
    throw new Error("at once");
  });
  undo.by("d", (made) => undone.push(made));

  undo.all();

  expect(undone).toEqual(["d", "a"]);
});
