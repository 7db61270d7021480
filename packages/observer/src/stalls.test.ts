import { expect, test } from "vitest";
import { Stalls } from "./stalls.ts";

test("a timer that comes late tells for how long the process stood still", () => {
  const stalls = new Stalls();
  for (const at of [250, 500, 1200, 1450]) stalls.round(at, 250, at);

  expect(stalls.since(0)).toBe(450);
  expect(stalls.since(1000)).toBe(200);
  expect(stalls.since(1300)).toBe(0);
});

test("while it rests, it is not late", () => {
  const stalls = new Stalls();
  stalls.round(250, 250, 250);
  stalls.rest();
  stalls.round(9000, 250, 9000);
  expect(stalls.since(0)).toBe(0);
});
