import { expect, test } from "vitest";
import { brushDomain, moved, rangeBetween, timeAt } from "./brush-domain.ts";

const end = 1_000_000;
const domain = { from: 800_000, to: end };

test("the brush spans the session, two minutes at least, and what is shown", () => {
  expect(brushDomain(600_000, end, undefined)).toEqual({ from: 599_000, to: end });
  expect(brushDomain(undefined, end, undefined)).toEqual({ from: 880_000, to: end });
  expect(brushDomain(600_000, end, { from: 100_000, to: 200_000 }).from).toBe(100_000);
});

test("a place on the brush is a whole second within it", () => {
  expect(timeAt(0.5, domain)).toBe(900_000);
  expect(timeAt(0.50001, domain)).toBe(900_000);
  expect(timeAt(-3, domain)).toBe(domain.from);
  expect(timeAt(3, domain)).toBe(domain.to);
});

test("a range may be drawn either way; a click is none", () => {
  expect(rangeBetween(9000, 4000)).toEqual({ from: 4000, to: 9000 });
  expect(rangeBetween(4000, 5000)).toBeUndefined();
});

test("keys move one end, not beyond the other nor out of the brush", () => {
  const range = { from: 850_000, to: 900_000 };

  expect(moved(range, "from", "ArrowRight", false, domain)).toEqual({ ...range, from: 855_000 });
  expect(moved(range, "to", "ArrowLeft", true, domain)).toEqual({ ...range, to: 852_000 });
  expect(moved(range, "from", "Home", false, domain)).toEqual({ ...range, from: domain.from });
  expect(moved(range, "to", "PageUp", false, domain)).toEqual({ ...range, to: 960_000 });
  expect(moved(range, "to", "Tab", false, domain)).toBeUndefined();
});
