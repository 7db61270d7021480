import { expect, test } from "vitest";
import { wrongClocks } from "./clocks.ts";

const clock = (instance: string, skewMs: number) => ({ service: "shop", instance, skewMs });

test("a clock that is off by no more than two seconds is not worth a word", () => {
  expect(wrongClocks([])).toBeUndefined();
  expect(wrongClocks([clock("a", 2_000), clock("b", -1_999)])).toBeUndefined();
});

test("of those that are further off the worst is named, and all are in the details", () => {
  expect(wrongClocks([clock("a", -90_000), clock("b", 40)])?.summary).toBe(
    "the clock of shop is 90.0\u00A0s ahead",
  );
  expect(wrongClocks([clock("a", 200_000), clock("b", -2_100)])).toEqual({
    summary: "2 clocks off; the clock of shop is 3.3\u00A0min behind",
    details: "shop a: 3.3\u00A0min behind, shop b: 2.1\u00A0s ahead",
  });
});
