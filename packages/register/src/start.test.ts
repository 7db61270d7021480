import { expect, test } from "vitest";
import { Lock, Semaphore, sleep } from "@holdup/primitives";
import { start } from "./start.ts";
import { Receiver, values, type OtlpPoint } from "./testing/otlp-receiver.ts";

async function reserve(lock: Lock): Promise<void> {
  using _held = await lock.acquire();
  await sleep(30);
}

test("any OTLP receiver gets the spans, metrics and events of a wired program", async () => {
  await using receiver = new Receiver();
  const endpoint = await receiver.listen();
  const holdup = start({ serviceName: "plain", endpoint, snapshotIntervalMs: 10 });
  const lock = new Lock("inventory");
  await Promise.all([reserve(lock), reserve(lock), reserve(lock)]);
  using _idle = await new Semaphore(3, "idle").acquire();
  await holdup.stop();

  const waits = receiver.spans.filter(({ name }) => name === "wait inventory");
  const holds = receiver.spans.filter(({ name }) => name === "hold inventory");
  expect(waits).toHaveLength(2);
  expect(values(waits[0]?.attributes ?? [])).toMatchObject({
    "holdup.primitive.type": "lock",
    "holdup.outcome": "granted",
    "holdup.contended": true,
    "code.function.name": "reserve",
    "code.file.path": "packages/register/src/start.test.ts",
  });
  const blockers = waits
    .flatMap(({ links }) => links ?? [])
    .filter(({ attributes }) => values(attributes)["holdup.link.type"] === "holder");
  const ids = holds.map(({ traceId, spanId }) => `${traceId} ${spanId}`);
  expect(blockers.length).toBeGreaterThanOrEqual(2);
  for (const { traceId, spanId } of blockers) expect(ids).toContain(`${traceId} ${spanId}`);

  const ofInventory = (points: OtlpPoint[]) =>
    points.filter(({ attributes }) => values(attributes)["holdup.primitive.name"] === "inventory");
  const count = (points: OtlpPoint[]) => points.reduce((sum, point) => sum + (point.count ?? 0), 0);
  const seconds = (points: OtlpPoint[]) =>
    points.reduce((sum, point) => sum + (point.sum ?? point.asDouble ?? 0), 0);
  expect(count(ofInventory(receiver.points("holdup.wait.duration")))).toBe(3);
  expect(count(ofInventory(receiver.points("holdup.hold.duration")))).toBe(3);
  expect(count(ofInventory(receiver.points("holdup.handoff.duration")))).toBe(2);
  expect(seconds(ofInventory(receiver.points("holdup.hold.duration")))).toBeGreaterThan(0.085);
  const blame = seconds(ofInventory(receiver.points("holdup.blame.duration")));
  const waited = seconds(ofInventory(receiver.points("holdup.wait.duration")));
  const handedOff = seconds(ofInventory(receiver.points("holdup.handoff.duration")));
  expect(blame).toBeCloseTo(waited - handedOff, 6);
  const operations = ofInventory(receiver.points("holdup.operations")).map(({ attributes, asInt }) => [
    values(attributes)["holdup.contended"],
    asInt,
  ]);
  expect(operations).toEqual([
    [false, 1],
    [true, 2],
  ]);
  for (const { name, sum, exponentialHistogram } of receiver.metrics) {
    const temporality = (sum ?? exponentialHistogram)?.aggregationTemporality;
    const isGauge = /^nodejs\.eventloop\.(delay|utilization)/.test(name);
    const isLevel = /waiters|holders|limit$|heap|memory/.test(name);
    if (isGauge) expect(temporality).toBeUndefined();
    else
      expect(temporality).toBe(
        isLevel ? "AGGREGATION_TEMPORALITY_CUMULATIVE" : "AGGREGATION_TEMPORALITY_DELTA",
      );
  }

  const [loop] = receiver.points("nodejs.eventloop.time");
  expect(values(loop?.attributes ?? [])).toEqual({ "nodejs.eventloop.state": "active" });
  expect(count(receiver.points("holdup.eventloop.delay"))).toBeGreaterThan(0);
  expect(receiver.points("process.memory.usage")[0]?.asInt).toBeGreaterThan(1e6);

  const snapshot = receiver.records.find(({ eventName }) => eventName === "holdup.snapshot");
  expect(JSON.stringify(snapshot?.body)).toContain("inventory");
  for (const resource of receiver.resources) {
    expect(values(resource)).toMatchObject({
      "service.name": "plain",
      "service.instance.id": expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  }
});

test("start again while running gives what runs; after a stop it starts anew", async () => {
  await using receiver = new Receiver();
  const endpoint = await receiver.listen();
  const first = start({ endpoint });
  expect(start()).toBe(first);
  await first.stop();
  const second = start({ endpoint });
  expect(second).not.toBe(first);
  await second.stop();
});

test("no global of OpenTelemetry's API is set", async () => {
  await using receiver = new Receiver();
  await using _holdup = start({ endpoint: await receiver.listen() });
  const globals = (globalThis as Record<symbol, unknown>)[Symbol.for("opentelemetry.js.api.1")] as
    | object
    | undefined;
  expect(
    Object.keys(globals ?? {}).filter((name) => ["trace", "metrics", "logs", "context"].includes(name)),
  ).toEqual([]);
});
