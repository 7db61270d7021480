import { expect, test } from "vitest";
import { Readings } from "./readings.ts";

const reading = { startTime: 1, time: 2, value: 3 };

test("the least used stream is forgotten when there are too many", () => {
  const readings = new Readings(2);
  readings.set(new Map([["a", reading]]));
  readings.set(new Map([["b", reading]]));
  readings.set(new Map([["a", { ...reading, value: 4 }]]));
  readings.set(new Map([["c", reading]]));

  expect(readings.of(["a", "b", "c"])).toEqual(
    new Map([
      ["a", { ...reading, value: 4 }],
      ["c", reading],
    ]),
  );
  expect(readings.forgotten).toBe(1);
});
