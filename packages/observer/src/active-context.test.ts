import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { ActiveContext } from "./active-context.ts";
import { startContexts } from "./testing/contexts.ts";

const inRequest = trace.setSpanContext(ROOT_CONTEXT, {
  traceId: "1".repeat(32),
  spanId: "2".repeat(16),
  traceFlags: 1,
});

test("without an SDK it is the root, and one that is started after some operations is found with the next", () => {
  const active = new ActiveContext();
  for (let i = 0; i < 1000; i++) expect(active.now()).toBe(ROOT_CONTEXT);

  using contexts = startContexts();
  expect(contexts.store.run(inRequest, () => active.now())).toBe(inRequest);
  expect(active.now()).toBe(ROOT_CONTEXT);
});

test("one that is started late is found some operations later, and its context is told at once from then on", () => {
  // As in a process in which no API has registered anything: what it keeps stays there once it has.
  const key = Symbol.for("opentelemetry.js.api.1");
  const kept: unknown = Reflect.get(globalThis, key);
  Reflect.deleteProperty(globalThis, key);
  const active = new ActiveContext();
  for (let i = 0; i < 10_000; i++) active.now();
  Reflect.set(globalThis, key, kept);

  using contexts = startContexts();
  const answers = contexts.store.run(inRequest, () => Array.from({ length: 32 }, () => active.now()));
  expect(answers.at(-1)).toBe(inRequest);
  expect(active.now()).toBe(ROOT_CONTEXT);
});
