import { expect, test } from "vitest";
import { readPlace, writePlace, type Place } from "./location.ts";
import { defaultSort } from "./row-order.ts";

test("a place survives the address bar", () => {
  const place: Place = {
    service: "check out&pay",
    selected: '["checkout","lock","a/b?c=#d"]',
    sort: { column: "waitP99", descending: false },
  };

  expect(readPlace(writePlace(place))).toEqual(place);
});

test("the default place needs no query", () => {
  expect(writePlace({ service: undefined, selected: undefined, sort: defaultSort })).toBe("");
  expect(readPlace("")).toEqual({ service: undefined, selected: undefined, sort: defaultSort });
});

test("a column that doesn't exist is left out", () => {
  expect(readPlace("?sort=-toString").sort).toEqual(defaultSort);
});
