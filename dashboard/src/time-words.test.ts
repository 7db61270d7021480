import { expect, test } from "vitest";
import { timeWords } from "./time-words.ts";

test("what a sentence is about is the last minutes, a chosen time, or a whole run", () => {
  const range = { from: Date.UTC(2026, 0, 1, 12, 0), to: Date.UTC(2026, 0, 1, 12, 1) };

  expect(timeWords(undefined, 900)).toBe("in the last 15 minutes");
  expect(timeWords(range, 60)).toMatch(/^from \d+:00:00 to \d+:01:00$/);
  expect(timeWords(undefined, 4.1, { durationMs: 4100 })).toBe("in the 4.1\u00A0s of the recording");
});
