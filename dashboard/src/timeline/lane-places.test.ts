import { expect, test } from "vitest";
import { heightOf, lanesIn, placesOf, rowAt, rowHeight, rowTop } from "./lane-places.ts";
import { lanesOf } from "./lanes.ts";
import { spanAtTime } from "./testing/spans.ts";

const spans = ["a", "b", "c", "d"].flatMap((name) => {
  const primitive = { name, type: "lock" };
  return Array.from({ length: 6 }, () => spanAtTime(0, 10, { primitive }));
});
const places = placesOf(lanesOf(spans, "primitive"));

test("lanes lie below each other without a gap, each as high as its rows need", () => {
  for (const [index, { top, height, lane }] of places.entries()) {
    expect(top).toBe(places.slice(0, index).reduce((sum, before) => sum + before.height, 0));
    expect(height).toBeGreaterThan(lane.rows.length * rowHeight);
  }
  expect(heightOf(places)).toBe(4 * (places[0]?.height ?? 0));
  expect(heightOf([])).toBe(0);
});

test("only lanes of which something is in sight are found", () => {
  const [, second, third] = places;
  if (second === undefined || third === undefined) throw new Error("too few lanes");

  const found = lanesIn(places, second.top + 1, third.top + 1).map(({ lane }) => lane.name);

  expect(found).toEqual(["b", "c"]);
  expect(lanesIn(places, heightOf(places), heightOf(places) + 100)).toEqual([]);
});

test("the row at a height is the one that begins there", () => {
  const [place] = places;
  if (place === undefined) throw new Error("no lane");

  expect(place.lane.rows.map((_, index) => rowAt(place, rowTop(place, index) + 1))).toEqual([
    0, 1, 2, 3, 4, 5,
  ]);
  expect(rowAt(place, place.top)).toBeUndefined();
});
