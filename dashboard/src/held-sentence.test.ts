import { notSampled, type Activity, type HolderActivities, type Site } from "@holdup/protocol";
import { expect, test } from "vitest";
import { tellHeld, tellInsideHold } from "./held-sentence.ts";
import type { Piece } from "./sentence.ts";

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

test("what is too little to matter is told as other, however few there are", () => {
  expect(told(10, { "in SELECT stock": 0.36, running: 0.004 })).toBe(
    "held 36.4 ms: 36.0 ms in SELECT stock, 400 µs other",
  );
});

test("the inside of a hold is told with its place in short and its average", () => {
  const site = { filePath: "src/stock/inventory.ts", lineNumber: 47, functionName: "reserve" };
  const times = { "in SELECT stock": 0.36, "waiting for database": 0.04 };

  expect(inside(site, 10, times)).toBe(
    "Inside the hold at inventory.ts:47, 40.0 ms on average: 36.0 ms in SELECT stock, 4.0 ms waiting for database.",
  );
  for (const unknown of [null, { ...site, filePath: notSampled }]) {
    expect(inside(unknown, 10, times)).toMatch(/^Inside the hold, 40\.0 ms on average: /);
  }
  expect(inside(site, 0, times)).toBe("");
});

test("where no hold was looked at, or none did anything, there is nothing to tell", () => {
  expect(told(0, { running: 1 })).toBe("");
  expect(told(3, {})).toBe("");
});

function told(holds: number, times: Readonly<Record<string, number>>): string {
  return textOf(tellHeld(heldAt(null, holds, times)));
}

function inside(site: Site | null, holds: number, times: Readonly<Record<string, number>>): string {
  return textOf(tellInsideHold(heldAt(site, holds, times)));
}

function heldAt(
  holderSite: Site | null,
  holds: number,
  times: Readonly<Record<string, number>>,
): HolderActivities {
  const activities: Activity[] = Object.entries(times).map(([name, seconds]) => ({ name, seconds }));
  return { holderSite, holds, activities };
}

function textOf(pieces: readonly Piece[]): string {
  return pieces
    .map(({ text, mark = "" }) => text + mark)
    .join("")
    .replaceAll("\u00A0", " ");
}
