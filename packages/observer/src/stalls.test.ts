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

test("the first round may be late already", () => {
  const stalls = new Stalls();
  stalls.start(0, 250, 0);
  stalls.round(1850, 250, 1850);

  expect(stalls.within(0, 5000)).toEqual([{ from: 250, to: 1850 }]);
});

test("a timer that is overdue tells before it comes, and no time counts twice, whoever tells of it", () => {
  const stalls = new Stalls();
  stalls.start(0, 250, 0);
  stalls.look(260, 260);
  expect(stalls.since(0)).toBe(0);
  stalls.look(1000, 1000);
  stalls.add(950, 1100);
  stalls.round(1200, 250, 1200);
  stalls.add(100, 2000);

  expect(stalls.within(0, 5000)).toEqual([
    { from: 150, to: 1200 },
    { from: 1900, to: 2000 },
  ]);
  expect(stalls.since(1000)).toBe(300);
});

test("a timer that is late while the clock of those who ask stands, is not", () => {
  const stalls = new Stalls();
  stalls.start(0, 250, 0);
  stalls.round(1850, 250, 100);
  expect(stalls.since(0)).toBe(0);
});
