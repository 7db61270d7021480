import { expect, test } from "vitest";
import { placesOf } from "./lane-places.ts";
import { lanesOf } from "./lanes.ts";
import { neighbour, type Step } from "./neighbour.ts";
import type { Span } from "./span.ts";
import { spanAtTime } from "./testing/spans.ts";

const first = spanAtTime(0, 10);
const second = spanAtTime(20, 30);
const wait = spanAtTime(18, 20, { kind: "wait" });
const other = spanAtTime(5, 8, { primitive: { name: "ledger", type: "lock" } });
const places = placesOf(lanesOf([first, second, wait, other], "primitive"));
const window = { from: 15, to: 40 };

function from(span: Span | undefined, step: Step): Span | undefined {
  return neighbour(places, span, step, window)?.span;
}

test("left and right go along a row, up and down to the nearest of the next", () => {
  expect(from(first, "after")).toBe(second);
  expect(from(second, "before")).toBe(first);
  expect(from(second, "below")).toBe(wait);
  expect(from(wait, "below")).toBe(other);
  expect(from(wait, "above")).toBe(second);
});

test("with nothing chosen it begins with what is in sight first, and at an end it stays", () => {
  expect(from(undefined, "after")).toBe(second);
  expect(from(second, "after")).toBeUndefined();
  expect(from(first, "above")).toBeUndefined();
});
