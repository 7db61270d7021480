import { expect, test } from "vitest";
import { readZoom, writeZoom } from "./use-zoom.ts";

test("a stretch of time comes back from the address as it was written, to the microsecond", () => {
  const zoom = { from: 1_800_000_000_000.125, to: 1_800_000_000_500 };

  expect(readZoom(writeZoom(zoom))).toEqual(zoom);
  expect(writeZoom(undefined)).toBe("");
});

test("what is no stretch of time is all of it", () => {
  for (const text of ["", "1", "2~1", "a~b", "1~2~3", "0~5", "1~NaN"]) expect(readZoom(text)).toBeUndefined();
});
