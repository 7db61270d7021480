import { expect, test } from "vitest";
import { holdsKeptSince } from "./kept-since.ts";
import { spanAtTime } from "./testing/spans.ts";

const wait = (start: number, end: number) => spanAtTime(start, end, { kind: "wait" });

test("where waits were over before the first hold that is known, holds are kept since that one", () => {
  expect(holdsKeptSince([wait(10, 20), wait(90, 110), spanAtTime(100, 105), spanAtTime(120, 130)])).toBe(100);
});

test("where holds reach back as far as waits, or nobody knows of any, there is nothing to say", () => {
  expect(holdsKeptSince([wait(10, 20), spanAtTime(15, 30)])).toBeUndefined();
  expect(holdsKeptSince([wait(10, 20)])).toBeUndefined();
  expect(holdsKeptSince([spanAtTime(15, 30)])).toBeUndefined();
});
