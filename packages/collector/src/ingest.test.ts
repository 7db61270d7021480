import { metric } from "@holdup/protocol";
import { expect, test } from "vitest";
import { FailingStore } from "./testing/failing-store.ts";
import { startOfTime, startWorld } from "./testing/world.ts";

/** So many more wait for the lock than before, as a program tells that sends only what has changed. */
function moreWait(value: number): string {
  const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const point = {
    asInt: String(value),
    startTimeUnixNano: `${startOfTime - 1000}000000`,
    timeUnixNano: `${startOfTime}000000`,
    attributes: [attribute("holdup.primitive.type", "lock"), attribute("holdup.primitive.name", "accounts")],
  };
  const sum = { aggregationTemporality: 1, isMonotonic: false, dataPoints: [point] };
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [attribute("service.name", "shop")] },
        scopeMetrics: [{ metrics: [{ name: metric.waiters, sum }] }],
      },
    ],
  });
}

test("a change of who waits that could not be kept counts once, when it comes again", async () => {
  const store = new FailingStore();
  await using world = await startWorld({ store, onError: () => {} });
  const waiters = async () =>
    ((await world.get("/api/hotspots")).json.items as { waiters: number }[]).map((item) => item.waiters);

  const refused = world.post("metrics", moreWait(3));
  store.fail();
  expect((await refused).status).toBe(503);
  expect((await world.post("metrics", moreWait(3))).status).toBe(200);

  expect(await waiters()).toEqual([3]);
  for (const change of [-1, -2, 5]) await world.post("metrics", moreWait(change));
  expect(await waiters()).toEqual([5]);
});
