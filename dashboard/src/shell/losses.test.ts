import { metric } from "@holdup/protocol";
import { expect, test } from "vitest";
import { lossesOf } from "./losses.ts";

test("single waits that weren't kept are no loss of numbers", () => {
  expect(lossesOf({ [metric.spansDropped]: 1284, buckets: 2 })).toEqual({
    notKept: 1284,
    lost: { buckets: 2 },
  });
});
