import { expect, test } from "vitest";
import { SeenPoints, type PointArrival } from "./seen-points.ts";
import type { MetricGroup, Temporality } from "./telemetry.ts";
import { FailingStore } from "./testing/failing-store.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { startOfTime, startWorld } from "./testing/world.ts";

const shop = (): ObservedProgram => new ObservedProgram("shop", startOfTime);

interface Sent {
  readonly program?: string;
  readonly time?: number;
  readonly temporality?: Temporality;
  readonly value?: number;
}

/** A request with a point of each of these streams. */
function request(
  streams: readonly string[],
  { program = "shop", time = 1, temporality = "delta", value = 1 }: Sent = {},
): MetricGroup[] {
  const points = streams.map((stream) => ({
    kind: "sum" as const,
    metric: "operations",
    temporality,
    monotonic: true,
    value,
    startTime: time - 1,
    time,
    attributes: new Map([["name", stream]]),
  }));
  return [{ resource: new Map([["service.name", program]]), scope: "", points }];
}

/** Those streams that are new in the request, which is kept. */
function come(seen: SeenPoints, streams: readonly string[], sent?: Sent): unknown[] {
  const arrival = seen.arrive(request(streams, sent));
  arrival.keep();
  return namesOf(arrival);
}

function namesOf({ groups }: PointArrival): unknown[] {
  return groups.flatMap(({ points }) => points.map(({ attributes }) => attributes.get("name")));
}

const many = Array.from({ length: 200 }, (_, i) => `lock-${i}`);

test("a delta point is new once, by its program, stream, interval and value", () => {
  const seen = new SeenPoints();
  expect(come(seen, many)).toEqual(many);
  expect(come(seen, ["lock-0", "lock-31", "lock-32", "lock-199", "other"])).toEqual(["other"]);
  expect(come(seen, ["lock-0"], { time: 2 })).toEqual(["lock-0"]);
  expect(come(seen, ["lock-0"], { program: "bank" })).toEqual(["lock-0"]);
  expect(come(seen, ["lock-0"], { value: 2 })).toEqual(["lock-0"]);
});

test("a point that has no time, or is a total, is new each time", () => {
  const seen = new SeenPoints();
  for (const sent of [{ time: 0 }, { temporality: "cumulative" as const }]) {
    for (let round = 0; round < 2; round++) expect(come(seen, ["a"], sent)).toEqual(["a"]);
  }
});

test("what one request says twice is the sender's to explain", () => {
  expect(come(new SeenPoints(), ["a", "a"])).toEqual(["a", "a"]);
});

test("while a request is on its way it is in doubt whether its points came before, and not kept they did not", async () => {
  const seen = new SeenPoints();
  const first = seen.arrive(request(["a", "b"]));
  const second = seen.arrive(request(["b", "c"]));
  expect([namesOf(second), second.repeated]).toEqual([["c"], 1]);
  const { doubt } = second;
  expect(doubt).toBeInstanceOf(Promise);
  second.forget();

  first.forget();
  await doubt;

  expect(come(seen, ["a", "b", "c"])).toEqual(["a", "b", "c"]);
  const last = seen.arrive(request(["a"]));
  expect([last.doubt, last.repeated]).toEqual([undefined, 1]);
});

test("only the last points of all programs are known, within their bytes", () => {
  const seen = new SeenPoints({ maxBytes: 1200 });
  come(seen, ["a"]);
  come(seen, ["a"], { program: "bank" });
  expect(come(seen, ["a"])).toEqual([]);
  come(seen, ["a"], { time: 2 });
  expect(come(seen, ["a"], { program: "bank" })).toEqual([]);
  expect(come(seen, ["a"])).toEqual(["a"]);
});

test("points that need more room than there is are taken each time", () => {
  const seen = new SeenPoints({ maxBytes: 700 });
  for (let round = 0; round < 3; round++) expect(come(seen, many)).toEqual(many);
});

test("programs that are not heard of make room for streams of others; beyond that they are taken each time", () => {
  const seen = new SeenPoints({ maxStreams: 2 });
  come(seen, ["a"]);
  come(seen, ["a"], { program: "bank" });
  expect(come(seen, ["a", "b"], { program: "bank" })).toEqual(["b"]);
  expect(come(seen, ["a", "b", "c"], { program: "bank" })).toEqual(["c"]);
  expect(come(seen, ["c"], { program: "bank" })).toEqual(["c"]);
  expect(come(seen, ["a"])).toEqual(["a"]);
});

test("OTLP 28 a delta point that comes in another body too counts once, and is told in the status", async () => {
  await using world = await startWorld();
  const ledger = { name: "ledger" };
  await world.post("metrics", shop().wait([1]).metrics());
  const again = await world.post("metrics", shop().wait([1]).wait([2], ledger).metrics());
  const later = startOfTime + 1_000;
  await world.post("metrics", shop().at(later).wait([1]).metrics());

  expect(again.json).toEqual({});
  world.clock.now = later;
  expect((await world.get("/api/hotspots")).json.items).toMatchObject([
    { primitive: { name: "accounts" }, waitSeconds: 2 },
    { primitive: { name: "ledger" }, waitSeconds: 2 },
  ]);
  expect((await world.get("/api/status")).json).toMatchObject({ repeatedPoints: 1, dropped: {} });
});

test("OTLP 28 a point on its way is waited for: if its request is not kept, the next one brings it", async () => {
  const store = new FailingStore();
  await using world = await startWorld({ store, onError: () => {} });
  const bodies = [shop().wait([1]), shop().wait([1]).wait([1], { name: "ledger" })].map((program) =>
    program.metrics(),
  );

  const answers = bodies.map((body) => world.post("metrics", body));
  const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
  const received = `holdup_collector_received_bytes_total{signal="metrics"} ${bytes}`;
  await expect.poll(async () => String((await world.get("/metrics")).body)).toContain(received);
  store.fail();

  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200, 503]));
  const { items } = (await world.get("/api/hotspots")).json;
  expect(items).toContainEqual(expect.objectContaining({ waitSeconds: 1 }));
});
