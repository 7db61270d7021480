import { expect, test } from "vitest";
import { matcher } from "./find.ts";

const spot = { name: "inventory", kind: "lock", service: "checkout", site: "src/inventory.ts:41" };

test("all words have to be there, in any of the texts and in any case", () => {
  expect(matcher("")(spot)).toBe(true);
  expect(matcher(" LOCK  invent ")(spot)).toBe(true);
  expect(matcher("lock payments")(spot)).toBe(false);
});

test("a word may be asked of one text", () => {
  expect(matcher("kind:lock site:41")(spot)).toBe(true);
  expect(matcher("name:lock")(spot)).toBe(false);
});

test("a colon that names no text is part of the word", () => {
  expect(matcher("inventory.ts:41")(spot)).toBe(true);
  expect(matcher("constructor:lock")(spot)).toBe(false);
});

test("what must not be there stands behind a minus", () => {
  expect(matcher("-payments")(spot)).toBe(true);
  expect(matcher("-kind:lock")(spot)).toBe(false);
  expect(matcher("-")({ ...spot, name: "a-b" })).toBe(true);
});
