import { expect, test } from "vitest";
import { earlier, later } from "./range.ts";

const now = 1_000_000;

test("before the present are its last two minutes, and before them two more", () => {
  const first = earlier(undefined, now);

  expect(first).toEqual({ from: now - 120_000, to: now });
  expect(earlier(first, now)).toEqual({ from: now - 240_000, to: now - 120_000 });
});

test("after a stretch comes one as long, up to the present, and then it is live", () => {
  expect(later({ from: now - 300_000, to: now - 200_000 }, now)).toEqual({
    from: now - 200_000,
    to: now - 100_000,
  });
  expect(later({ from: now - 130_000, to: now - 30_000 }, now)).toEqual({ from: now - 30_000, to: now });
  expect(later({ from: now - 100_000, to: now }, now)).toBeUndefined();
  expect(later(undefined, now)).toBeUndefined();
});
