import type { Activity } from "@holdup/protocol";
import { expect, test } from "vitest";
import { tellHeld } from "./held-sentence.ts";

test("what a holder did is told for one hold on average, the longest first", () => {
  expect(told(10, { "in SELECT stock": 0.36, "waiting for payments": 0.03, running: 0.01 })).toBe(
    "held 40.0 ms: 36.0 ms in SELECT stock, 3.0 ms waiting for payments, 1.0 ms running",
  );
});

test("beyond three activities the rest is told as other, with what came as other already", () => {
  expect(told(1, { a: 5, b: 4, other: 3, c: 2, d: 1, e: 0.5 })).toBe(
    "held 15.5 s: 5.0 s a, 4.0 s b, 2.0 s c, 4.5 s other",
  );
});

test("where no hold was looked at, or none did anything, there is nothing to tell", () => {
  expect(told(0, { running: 1 })).toBe("");
  expect(told(3, {})).toBe("");
});

function told(holds: number, times: Readonly<Record<string, number>>): string {
  const activities: Activity[] = Object.entries(times).map(([name, seconds]) => ({ name, seconds }));
  return tellHeld({ holderSite: null, holds, activities })
    .map(({ text, mark = "" }) => text + mark)
    .join("")
    .replaceAll("\u00A0", " ");
}
