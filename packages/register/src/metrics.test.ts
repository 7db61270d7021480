import { AggregationTemporality } from "@opentelemetry/sdk-metrics";
import { expect, test } from "vitest";
import { createObserver } from "@holdup/observer";
import { observe, Queue } from "@holdup/primitives";
import { ObserverMetrics } from "./metrics.ts";

test("the levels of queues are told: their size, and their capacity if they have a bound", async () => {
  const observer = createObserver();
  using _observing = observe(observer);
  const metrics = new ObserverMetrics(observer);
  const bounded = new Queue<number>({ name: "jobs", maxSize: 3 });
  const boundless = new Queue<number>("mail");
  for (const queue of [bounded, bounded, boundless]) queue.putNowait(1);

  expect(await levels(metrics)).toEqual([
    ["holdup.queue.size", "jobs", 2],
    ["holdup.queue.size", "mail", 1],
    ["holdup.queue.capacity", "jobs", 3],
  ]);
  for (const queue of [bounded, boundless]) await queue.get();
  expect(await levels(metrics)).toEqual([
    ["holdup.queue.size", "jobs", 1],
    ["holdup.queue.size", "mail", 0],
    ["holdup.queue.capacity", "jobs", 3],
  ]);
});

async function levels(metrics: ObserverMetrics): Promise<unknown[]> {
  const { resourceMetrics } = await metrics.collect();
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  const queues = all.filter(({ descriptor }) => descriptor.name.startsWith("holdup.queue."));
  for (const { descriptor, aggregationTemporality } of queues) {
    expect(descriptor.unit).toBe("{item}");
    expect(aggregationTemporality).toBe(AggregationTemporality.CUMULATIVE);
  }
  return queues.flatMap(({ descriptor, dataPoints }) =>
    dataPoints.map(({ attributes, value }) => [descriptor.name, attributes["holdup.primitive.name"], value]),
  );
}
