import { expect, test } from "vitest";
import { createdAt } from "./created-at.ts";

test("a primitive without a name of its own is named by where it was made", () => {
  expect(createdAt("task_group@src/a@b.ts:12")).toMatchObject({ filePath: "src/a@b.ts", lineNumber: 12 });
});

test("a name that someone gave says nothing of that", () => {
  expect(createdAt("inventory")).toBeUndefined();
  expect(createdAt("mail@example.com")).toBeUndefined();
});
