import { expect, test } from "vitest";
import { SeenSpans, type SpanArrival } from "./seen-spans.ts";
import { SpanAttributesDraft } from "./span-attributes.ts";
import { SpanColumns } from "./span-columns.ts";
import { FailingStore } from "./testing/failing-store.ts";
import { ObservedProgram } from "./testing/observed-program.ts";
import { spanOf } from "./testing/observed-span.ts";
import { startOfTime, startWorld } from "./testing/world.ts";

const shop = (): ObservedProgram => new ObservedProgram("shop", startOfTime);
const traceId = "1".repeat(32);

/** Spans with these numbers. */
function spansOf(numbers: readonly number[], trace = traceId): SpanColumns {
  const spans = new SpanColumns();
  for (const number of numbers) {
    const spanId = number.toString(16).padStart(16, "0");
    const times = { startTime: 0, endTime: 1 };
    const attributes = new SpanAttributesDraft();
    spans.add({ traceId: trace, spanId, parentSpanId: "", name: "", ...times, attributes, links: [] });
  }
  return spans;
}

/** Whether the spans with these numbers are new in a request. */
function arrive(seen: SeenSpans, service: string, ...numbers: readonly number[]): [SpanArrival, boolean[]] {
  const arrival = seen.arrive();
  const spans = spansOf(numbers);
  return [arrival, numbers.map((_, place) => arrival.isNew(service, spans, place))];
}

/** The same of one that is kept. */
function come(seen: SeenSpans, service: string, ...numbers: readonly number[]): boolean[] {
  const [arrival, answers] = arrive(seen, service, ...numbers);
  arrival.keep();
  return answers;
}

test("a span is new once, by its service and both of its ids", () => {
  const seen = new SeenSpans();
  expect(come(seen, "shop", 1, 2, 1)).toEqual([true, true, false]);
  expect(come(seen, "shop", 2, 3)).toEqual([false, true]);
  expect(come(seen, "bank", 2)).toEqual([true]);
  expect(seen.arrive().isNew("shop", spansOf([1], "2".repeat(32)), 0)).toBe(true);
});

test("while a request is on its way it is in doubt whether its spans came before, and not kept they did not", async () => {
  const seen = new SeenSpans();
  const [first] = arrive(seen, "shop", 1, 2);
  const [second, answers] = arrive(seen, "shop", 2, 3);
  expect([answers, second.repeated]).toEqual([[false, true], 1]);
  const { doubt } = second;
  expect(doubt).toBeInstanceOf(Promise);
  second.forget();
  expect(arrive(seen, "shop", 3)[0].doubt).toBeUndefined();

  first.forget();
  await doubt;

  expect(come(seen, "shop", 1, 2)).toEqual([true, true]);
  expect(arrive(seen, "shop", 1)[0]).toMatchObject({ doubt: undefined, repeated: 1 });
});

test("of each service the last ones are known, within its share, and of the services the last ones", () => {
  const seen = new SeenSpans({ maxSpans: 8, maxServices: 2 });
  come(seen, "shop", 1, 2, 3, 4, 5, 6, 7, 8, 9);
  expect(come(seen, "shop", 9, 6, 1)).toEqual([false, false, true]);
  come(seen, "bank", 1, 2, 3, 4, 5, 6);
  expect(come(seen, "bank", 6, 1)).toEqual([false, true]);
  expect(come(seen, "shop", 9)).toEqual([false]);
  come(seen, "inn", 1);
  come(seen, "shop", 9);
  expect(come(seen, "bank", 6)).toEqual([true]);
});

test("OTLP 28 a span that comes in another body too is one wait, counts once, and is told in the status", async () => {
  await using world = await startWorld();
  const [first, second, third] = [1, 2, 3].map((number) => spanOf("wait accounts", number, { seconds: 1 }));
  await world.post("traces", shop().spans([first, second] as object[]));
  const again = await world.post("traces", shop().spans([second, third] as object[]));
  await world.post("traces", new ObservedProgram("bank", startOfTime).spans([second] as object[]));

  expect(again.json).toEqual({});
  expect((await world.get("/api/waits?service=shop")).json.items).toHaveLength(3);
  const { items } = (await world.get("/api/hotspots?service=shop")).json;
  expect(items).toMatchObject([{ operations: 3, waitSeconds: 3, exact: false }]);
  expect((await world.get("/api/status")).json).toMatchObject({ repeatedSpans: 1, dropped: {} });
});

test("OTLP 28 a span on its way is waited for: if its request is not kept, the next one brings it", async () => {
  const store = new FailingStore();
  await using world = await startWorld({ store, onError: () => {} });
  const [first, second] = [1, 2].map((number) => spanOf("wait accounts", number, { seconds: 1 }));
  const bodies = [[first], [first, second]].map((spans) => shop().spans(spans as object[]));

  const answers = bodies.map((body) => world.post("traces", body));
  const bytes = bodies.reduce((sum, { length }) => sum + length, 0);
  const received = `holdup_collector_received_bytes_total{signal="traces"} ${bytes}`;
  await expect.poll(async () => String((await world.get("/metrics")).body)).toContain(received);
  store.fail();

  expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200, 503]));
  const kept = (await world.get("/api/waits")).json.items.map(({ spanId }: { spanId: string }) => spanId);
  expect(kept).toContain("0000000000000001");
});
