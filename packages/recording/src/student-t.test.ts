import { expect, test } from "vitest";
import { quantile, upperTail } from "./student-t.ts";

// From the tables of any textbook: two-sided 95 % is a tail of 0.025.
test("its quantiles are those of the tables", () => {
  expect(quantile(0.025, 1)).toBeCloseTo(12.706, 3);
  expect(quantile(0.025, 7)).toBeCloseTo(2.3646, 4);
  expect(quantile(0.005, 10)).toBeCloseTo(3.1693, 4);
  expect(quantile(0.025, 1e6)).toBeCloseTo(1.96, 3);
});

test("its tail is symmetric and ends at nothing", () => {
  expect(upperTail(0, 5)).toBeCloseTo(0.5, 12);
  expect(upperTail(-2, 5)).toBeCloseTo(1 - upperTail(2, 5), 12);
  expect(upperTail(Number.POSITIVE_INFINITY, 5)).toBe(0);
});
