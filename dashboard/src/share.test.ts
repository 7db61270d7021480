import { expect, test } from "vitest";
import { formatAge } from "./age.ts";
import { countOf, formatCount } from "./count.ts";
import { formatShare } from "./share.ts";

test("shares read as whole per cents, small ones more closely, and never as nothing", () => {
  const texts = [0, 0.0004, 0.004, 0.0996, 0.71, 1].map((share) => formatShare(share));

  expect(texts.map((text) => text.replace("\u00A0", " "))).toEqual([
    "0 %",
    "<0.1 %",
    "0.4 %",
    "10 %",
    "71 %",
    "100 %",
  ]);
});

test("counts are grouped, and short from a million on", () => {
  expect([0, 1284, 999_999, 1_284_000].map((count) => formatCount(count))).toEqual([
    "0",
    "1,284",
    "999,999",
    "1.28M",
  ]);
  expect([countOf(1, "viewer"), countOf(2, "viewer")]).toEqual(["1 viewer", "2 viewers"]);
});

test("ages grow coarser as they grow", () => {
  expect([0, 12_000, 240_000, 3 * 3_600_000].map((age) => formatAge(age))).toEqual([
    "just now",
    "12 s ago",
    "4 min ago",
    "3 h ago",
  ]);
});
