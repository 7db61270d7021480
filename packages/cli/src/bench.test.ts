import { InvalidArgumentError } from "commander";
import { expect, test } from "vitest";
import { bench, pairCount } from "./bench.ts";

test("a number of rounds that makes no sense says so as other options do", () => {
  expect(pairCount("3")).toBe(3);
  for (const value of ["2", "2.5", "many", ""]) expect(() => pairCount(value)).toThrow(InvalidArgumentError);
});

test("a flamegraph that has nowhere to go is asked for wrongly", async () => {
  await expect(bench(["node", "app.js"], { base: "HEAD", flamegraph: true })).rejects.toMatchObject({
    exitCode: 2,
    message: "--flamegraph needs --out, the folder that it is written to",
  });
});
