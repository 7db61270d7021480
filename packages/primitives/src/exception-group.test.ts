import { expect, test } from "vitest";
import { CancelledError, TimeoutError } from "./errors.ts";
import { ExceptionGroup } from "./exception-group.ts";

const timeout = new TimeoutError("late");
const other = new Error("other");
const inner = new ExceptionGroup("inner", [timeout, other], { cause: "why" });
const group = new ExceptionGroup("outer", [other, inner, "no error"]);

test("TG8 a group is an AggregateError with a code, and keeps inner groups", () => {
  expect(group).toBeInstanceOf(AggregateError);
  expect(group).toMatchObject({ name: "ExceptionGroup", code: "ERR_EXCEPTION_GROUP", message: "outer" });
  expect(group.errors).toEqual([other, inner, "no error"]);
});

test("TG8 leaves are the errors of all groups, in order", () => {
  expect(group.leaves()).toEqual([other, timeout, other, "no error"]);
  expect(new ExceptionGroup("empty", []).leaves()).toEqual([]);
});

test("TG8 a subgroup keeps what matches, with the groups around it and their cause", () => {
  const timeouts = group.subgroup((error) => error instanceof TimeoutError);

  expect(timeouts?.message).toBe("outer");
  expect(timeouts?.errors).toHaveLength(1);
  expect(timeouts?.errors[0]).toMatchObject({ message: "inner", cause: "why", errors: [timeout] });
  expect(group.subgroup((error) => error instanceof CancelledError)).toBeUndefined();
});

test("TG8 split gives what matches and the rest, and nothing for none", () => {
  const [timeouts, rest] = group.split((error) => error instanceof TimeoutError);
  const [all, nothing] = group.split(() => true);

  expect(timeouts?.leaves()).toEqual([timeout]);
  expect(rest?.leaves()).toEqual([other, other, "no error"]);
  expect(all?.leaves()).toEqual(group.leaves());
  expect(nothing).toBeUndefined();
});
