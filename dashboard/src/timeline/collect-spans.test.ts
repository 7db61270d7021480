import type { KeptHold, KeptWait } from "@holdup/protocol";
import { expect, test } from "vitest";
import type { DataSource } from "../data-source.ts";
import { collectSpans } from "./collect-spans.ts";

const common = {
  service: "shop",
  instance: "1",
  primitive: { name: "accounts", type: "lock" },
  operation: "acquire",
  task: null,
  start: 0,
  end: 10,
  traceId: "1",
  parentSpanId: "",
  samplingProbability: 1,
};

function wait(spanId: string): KeptWait {
  const measured = { waitSeconds: 0.01, blockedSeconds: 0.008, handoffSeconds: 0.002 };
  return {
    ...common,
    ...measured,
    outcome: "granted",
    contended: true,
    waiterSite: null,
    spanId,
    holders: [],
  };
}

function hold(spanId: string): KeptHold {
  return { ...common, holderSite: null, holdSeconds: 0.01, permits: 2, spanId, wait: null };
}

// Two pages of waits and one of holds, as a collector gives them.
const ask = (async ({ name, cursor }: { name: string; cursor?: string }) => {
  if (name === "holds") return { items: [hold("h1")], next: null };
  return cursor === undefined
    ? { items: [wait("w1")], next: "7" }
    : { items: [wait(`w${cursor}`)], next: null };
}) as DataSource["ask"];
const stretch = { service: undefined, from: undefined, to: undefined };

test("waits and holds are told page by page until there are no more", async () => {
  const pages: string[][] = [];

  await collectSpans(ask, stretch, new AbortController().signal, (spans) => {
    pages.push(spans.map(({ kind, spanId, granted, permits }) => `${kind} ${spanId} ${granted} ${permits}`));
    return true;
  });

  expect(pages).toEqual([["wait w1 8 1", "hold h1 10 2"], ["wait w7 8 1"]]);
});

test("when it is enough no more is asked for", async () => {
  let pages = 0;

  await collectSpans(ask, stretch, new AbortController().signal, () => ++pages < 1);

  expect(pages).toBe(1);
});
