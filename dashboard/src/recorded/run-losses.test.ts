import { expect, test } from "vitest";
import { lossesOf, lossWords } from "./run-losses.ts";

test("what was left out is that of all threads, and nothing is no words", () => {
  const threads = [
    { losses: { spans: 1200, sites: 0, primitives: 0 } },
    { losses: { spans: 34, sites: 1, primitives: 0 } },
  ];

  expect(lossWords(lossesOf(threads))).toBe("1,234 spans, 1 line");
  expect(lossWords(lossesOf([]))).toBe("");
});
