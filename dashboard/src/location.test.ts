import { expect, test } from "vitest";
import { changed, home, readPlace, writePlace, type Place } from "./location.ts";

const page = { protocol: "http:", pathname: "/" };
const file = { protocol: "file:", pathname: "/home/me/report.html" };

const far: Place = {
  view: "primitive",
  service: "check out&pay",
  selected: '["checkout","lock","a/b?c=#d"]',
  find: "-site:orders <b>",
  range: { from: 1_700_000_000_000, to: 1_700_000_060_000 },
  pausedAt: 1_700_000_090_000,
  sort: { column: "waitP99", descending: false },
  group: "holder",
  muted: ["1a2b3c", "4d5e6f"],
  own: { all: "1" },
};

test("a place survives the address bar, and a page that was opened from a file", () => {
  for (const where of [page, file]) {
    const { pathname, search } = new URL(writePlace(far, where), "http://holdup");

    expect(readPlace({ ...where, pathname, search })).toEqual(far);
  }
});

test("a view is a path, and in a file a parameter", () => {
  expect(writePlace({ ...home, view: "setup" }, page)).toBe("/setup");
  expect(writePlace({ ...home, view: "setup" }, file)).toBe("/home/me/report.html?view=setup");
});

test("a page below another path stays there", () => {
  expect(writePlace({ ...home, view: "setup" }, { ...page, pathname: "/holdup/primitive" })).toBe(
    "/holdup/setup",
  );
});

test("the home page needs no query", () => {
  expect(writePlace(home, page)).toBe("/");
  expect(readPlace({ ...page, search: "" })).toEqual(home);
});

test("what makes no sense is left out", () => {
  const search = "?sort=-toString&group=constructor&paused=-1&from=20&to=10";

  expect(readPlace({ ...page, search })).toEqual(home);
});

test("another view keeps service, time and selection, and starts with its own parameters and order", () => {
  expect(changed(far, { view: "timeline" })).toEqual({
    ...far,
    view: "timeline",
    find: "",
    sort: home.sort,
    group: "name",
    own: {},
  });
  expect(changed(far, { view: "primitive", find: "b" })).toEqual({ ...far, find: "b" });
});
