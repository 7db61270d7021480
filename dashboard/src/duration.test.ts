import { expect, test } from "vitest";
import { formatDuration, formatTick } from "./duration.ts";

const plain = (text: string) => text.replaceAll("\u00A0", " ");

test.each([
  [0, "0 ms"],
  [2e-7, "<1 µs"],
  [4.2e-6, "4.2 µs"],
  [0.00084, "840 µs"],
  [0.0012, "1.2 ms"],
  [0.0524, "52.4 ms"],
  [0.524, "524 ms"],
  [1.25, "1.3 s"],
  [12.4, "12.4 s"],
  [95, "95.0 s"],
  [754, "12.6 min"],
  [9000, "2.5 h"],
])("%d seconds read as %s", (seconds, text) => {
  expect(plain(formatDuration(seconds))).toBe(text);
});

test("rounding never shows a thousand of a unit", () => {
  expect(plain(formatDuration(0.0009996))).toBe("1.0 ms");
  expect(plain(formatDuration(0.9996))).toBe("1.0 s");
  expect(plain(formatDuration(0.09997))).toBe("100 ms");
});

test("what isn't a number is a dash", () => {
  expect(formatDuration(Number.NaN)).toBe("–");
});

test("the marks of an axis drop needless zeros", () => {
  expect([0, 0.05, 0.1, 1.5].map((seconds) => plain(formatTick(seconds)))).toEqual([
    "0",
    "50 ms",
    "100 ms",
    "1.5 s",
  ]);
});

test("number and unit don't part at the end of a line", () => {
  expect(formatDuration(1)).toContain("\u00A0");
});
