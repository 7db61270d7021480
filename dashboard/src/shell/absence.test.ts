import { expect, test } from "vitest";
import { absenceOf } from "./absence.ts";

test.each([
  [undefined, [], "nothing"],
  [undefined, ["checkout"], "quiet"],
  ["foo", [], "nothing"],
  ["foo", ["checkout"], "stranger"],
  ["checkout", ["checkout", "orders"], "quiet"],
] as const)("service %s of %j: %s", (service, services, absence) => {
  expect(absenceOf(service, services)).toBe(absence);
});
