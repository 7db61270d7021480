import { expect, test } from "vitest";
import { formatRatePerSecond, formatRate, waitersOnAverage } from "./rate.ts";

const plain = (text: string | undefined) => text?.replaceAll("\u00A0", " ");

test("seconds per second stay seconds, however many", () => {
  expect([0, 0.25, 2.94, 95, 4308].map((rate) => plain(formatRate(rate)))).toEqual([
    "0 ms",
    "250 ms",
    "2.9 s",
    "95.0 s",
    "4,308 s",
  ]);
});

test("from a second per second on, that many wait on average", () => {
  expect([0.9, 2.94, 95, 4308].map((rate) => plain(waitersOnAverage(rate)))).toEqual([
    undefined,
    "≈ 2.9 waiters on average",
    "≈ 95 waiters on average",
    "≈ 4,308 waiters on average",
  ]);
});

test("a rate has the digits that matter, and none is nothing that happens", () => {
  expect([0, 0.004, 0.35, 3.217, 12.44, 1284.2].map(formatRatePerSecond)).toEqual([
    "0",
    "<0.01",
    "0.35",
    "3.22",
    "12.4",
    "1,284",
  ]);
});
