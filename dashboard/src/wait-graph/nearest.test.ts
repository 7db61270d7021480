import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const size = { width: 10, height: 10 };
const boxes = new Map([
  ["middle", { x: 0, y: 0, ...size }],
  ["right", { x: 100, y: 10, ...size }],
  ["far right", { x: 200, y: 0, ...size }],
  ["below", { x: -10, y: 90, ...size }],
]);

test("an arrow key leads to the nearest box in its direction", () => {
  expect(nearest(boxes, "middle", "right")).toBe("right");
  expect(nearest(boxes, "middle", "down")).toBe("below");
  expect(nearest(boxes, "right", "left")).toBe("middle");
});

test("where there is none in that direction it leads nowhere", () => {
  expect(nearest(boxes, "far right", "right")).toBeUndefined();
  expect(nearest(boxes, "nowhere", "right")).toBeUndefined();
});
