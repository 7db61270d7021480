import { expect, test } from "vitest";
import { formatClock, formatMoment } from "./age.ts";

test("a moment is told to the second, and between two seconds to the tenth", () => {
  const time = Date.UTC(2026, 0, 1, 12, 0, 7);

  expect(formatMoment(time)).toBe(formatClock(time));
  expect(formatMoment(time + 400)).toBe(`${formatClock(time)}.4`);
});
