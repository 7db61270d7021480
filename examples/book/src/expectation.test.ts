import { expect, test } from "vitest";
import { difference } from "./expectation.ts";

test("the same lines make no difference", () => {
  expect(difference("one\ntwo\n", "one\ntwo\n")).toBe("");
});

test("a line that is missing, too many or other is shown with its neighbours", () => {
  expect(difference("one\ntwo\nthree\n", "one\nthree\n")).toBe("  one\n- two\n  three");
  expect(difference("one\nthree\n", "one\ntwo\nthree\n")).toBe("  one\n+ two\n  three");
  expect(difference("one\ntwo\nthree\n", "one\n2\nthree\n")).toBe("  one\n- two\n+ 2\n  three");
});

test("nothing printed where something was expected is a difference", () => {
  expect(difference("one\n", "")).toBe("- one");
  expect(difference("", "one\n")).toBe("+ one");
});

test("an ellipsis stands for any text, the rest of the line for itself", () => {
  expect(difference("took … ms (at most)\n", "took 1.5 ms (at most)\n")).toBe("");
  expect(difference("took … ms\n", "took 1.5 s\n")).toBe("- took … ms\n+ took 1.5 s");
  expect(difference("1.5\n", "125\n")).toBe("- 1.5\n+ 125");
});

test("a set in braces stands for one of its members; braces alone are braces", () => {
  expect(difference("{one|two} of {all}\n", "two of {all}\n")).toBe("");
  expect(difference("{one|two}\n", "three\n")).toBe("- {one|two}\n+ three");
});

test("lines under 'any order:' come in any order, and all of them", () => {
  const expected = "start\nany order:\n  a\n  b\nany order:\n  c …\n  d\nend\n";

  expect(difference(expected, "start\nb\na\nd\nc 1\nend\n")).toBe("");
  expect(difference(expected, "start\nb\nd\na\nc 1\nend\n")).toBe(
    "  start\n  b\n- a\n- c …\n- d\n+ d\n+ a\n+ c 1\n  end",
  );
});
