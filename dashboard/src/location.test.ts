import { expect, test } from "vitest";
import { changed, home, readPlace, writePlace, type Place } from "./location.ts";

const page = { onePage: false, pathname: "/" };
const report = { onePage: true, pathname: "/home/me/report.html" };

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

test("a place survives the address bar", () => {
  const { pathname, search } = new URL(writePlace(far, page), "http://holdup");

  expect(readPlace({ ...page, pathname, search })).toEqual(far);
});

test("in a report, too, but for services and times: it shows all of one run that is over", () => {
  const { pathname, search } = new URL(writePlace(far, report), "http://holdup");

  expect(readPlace({ ...report, pathname, search })).toEqual({
    ...far,
    service: undefined,
    range: undefined,
    pausedAt: undefined,
  });
});

test("a view is a path, and in a report a parameter, from whatever server it comes", () => {
  expect(writePlace({ ...home, view: "setup" }, page)).toBe("/setup");
  expect(writePlace({ ...home, view: "setup" }, report)).toBe("/home/me/report.html?view=setup");
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
