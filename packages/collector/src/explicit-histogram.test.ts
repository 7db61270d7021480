import { Histogram } from "@holdup/protocol";
import root from "otlp-messages/build/src/generated/root.js";
import { expect, test } from "vitest";
import { decodeMetrics } from "./decode.ts";
import { explicitHistogram } from "./explicit-histogram.ts";
import { gain } from "./sketch.ts";

const unknown = { min: undefined, max: undefined };

function quantiles(data: Parameters<Histogram["merge"]>[0]): number[] {
  const histogram = new Histogram();
  histogram.merge(data);
  return [0.01, 0.5, 0.99].map((q) => histogram.quantile(q));
}

test("each value counts at the middle of its bucket, count and sum as they were told", () => {
  const wire = { count: 10, sum: 7.7, min: 0, max: 3, bounds: [0, 0.1, 1], counts: [2, 4, 3, 1] };

  const histogram = explicitHistogram(wire);

  expect(histogram).toMatchObject({ count: 10, sum: 7.7, min: 0, max: 3, zeroCount: 2, scale: 4 });
  const [low, middle] = quantiles(histogram);
  expect(low).toBe(0);
  expect(middle).toBeCloseTo(0.05, 2);
});

test("extremes that are not told are the bounds of the outermost buckets", () => {
  const histogram = explicitHistogram({
    count: 3,
    sum: 2,
    ...unknown,
    bounds: [0.1, 1, 2],
    counts: [0, 2, 1, 0],
  });
  expect(histogram).toMatchObject({ min: 0.1, max: 2 });
  const open = explicitHistogram({
    count: 3,
    sum: 90,
    ...unknown,
    bounds: [0.1, 1, 2],
    counts: [1, 0, 0, 2],
  });
  expect(open).toMatchObject({ min: 0, max: 2 });
});

test("without bounds its extremes are all that is known of its values", () => {
  expect(
    quantiles(explicitHistogram({ count: 3, sum: 0.6, min: 0.1, max: 0.3, bounds: [], counts: [] })),
  ).toEqual([0.3, 0.3, 0.3]);
});

test("what was gained between two readings is what the buckets gained, whatever extremes moved", () => {
  const bounds = [0, 1, 5];
  const before = explicitHistogram({ count: 3, sum: 3, min: 0.5, max: 2, bounds, counts: [0, 2, 1, 0] });
  const after = explicitHistogram({ count: 6, sum: 30, min: 0, max: 20, bounds, counts: [1, 2, 2, 1] });
  expect(gain(before, after)).toMatchObject({ count: 3, sum: 27, zeroCount: 1, max: 20 });
});

test("buckets that do not belong to the bounds are an error", () => {
  const wire = { count: 1, sum: 1, ...unknown };
  expect(() => explicitHistogram({ ...wire, bounds: [1, 2], counts: [1, 2] })).toThrow(
    "has 2 buckets and 2 bounds",
  );
  expect(() => explicitHistogram({ ...wire, bounds: [2, 1], counts: [1, 0, 0] })).toThrow("do not rise");
  expect(() => explicitHistogram({ ...wire, bounds: [Number.NaN, 1], counts: [1, 0, 0] })).toThrow(
    "do not rise",
  );
});

test("both forms are read as the official classes write them", () => {
  const point = {
    attributes: [{ key: "a", value: { stringValue: "b" } }],
    startTimeUnixNano: 1_000_000,
    timeUnixNano: 2_000_000,
    count: 6,
    sum: 12.5,
    bucketCounts: [1, 2, 3],
    explicitBounds: [0.5, 1.5],
    min: 0.25,
    max: 9,
  };
  const metrics = [{ name: "m", histogram: { aggregationTemporality: 1, dataPoints: [point] } }];
  const request = { resourceMetrics: [{ scopeMetrics: [{ metrics }] }] };
  const message = (root as any).opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
  const body = message.encode(message.fromObject(request)).finish() as Uint8Array;

  const [group] = decodeMetrics(body, "protobuf");

  expect(group).toEqual(decodeMetrics(Buffer.from(JSON.stringify(request)), "json")[0]);
  expect(group?.points).toMatchObject([
    {
      kind: "histogram",
      approximate: true,
      temporality: "delta",
      startTime: 1,
      time: 2,
      value: { count: 6, max: 9 },
    },
  ]);
});
