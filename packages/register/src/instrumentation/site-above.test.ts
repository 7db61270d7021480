import { ManualClock, useClock } from "@holdup/primitives";
import { expect, test } from "vitest";
import { refill, siteAbove } from "./site-above.ts";

function lookedUp(times: number): number {
  const sites = Array.from({ length: times }, () => siteAbove(lookedUp));
  return sites.filter((site) => "stack" in site).length;
}

test("25 places are looked up in a tenth of a second, and 25 in the next", () => {
  const clock = new ManualClock();
  using _installed = useClock(clock);
  refill();

  expect(lookedUp(40)).toBe(25);
  clock.advance(99);
  expect(lookedUp(1)).toBe(0);
  clock.advance(1);
  expect(lookedUp(40)).toBe(25);
});

test("a clock that stands before the last one does not keep places from being looked up", () => {
  const before = new ManualClock();
  before.advance(60_000);
  {
    using _installed = useClock(before);
    refill();
    expect(lookedUp(40)).toBe(25);
  }
  using _installed = useClock(new ManualClock());

  expect(lookedUp(40)).toBe(25);
});
