/** Thread CPU of decoding: bytes to what the collector takes in, by its own reader and by the official classes. */

import { deepStrictEqual } from "node:assert";
import { decodeMetrics, decodeSpans } from "../../../collector/src/decode.ts";
import { SpanColumns } from "../../../collector/src/span-columns.ts";
import { compare, type Case, type Cost } from "../bench/measure.ts";
import { batchItems, metricsBody, spansBody, Template } from "./batches.ts";
import { metricsMessage, spansMessage } from "./messages.ts";
import { walkMetrics, walkSpans } from "./walk.ts";

export interface DecodeCosts {
  readonly spans: DecodeCost;
  readonly points: DecodeCost;
}

/** Nanoseconds an item. */
export interface DecodeCost {
  readonly bodyBytes: number;
  readonly ours: Cost;
  readonly official: Cost;
  /** The classes alone: decoded, and nothing done with it. */
  readonly classes: Cost;
}

/** Holds what was decoded last: nothing may be left out because nobody looks. */
const sink: { last?: unknown } = {};

/** Bodies in turn: one alone would be in the caches. */
const bodies = 16;

export async function decodeCosts(rounds: number): Promise<DecodeCosts> {
  return {
    spans: await costOf(
      rounds,
      (program) => spansBody(program, Date.now()),
      (body) => decodeSpans(body, "protobuf"),
      (body) => spansMessage.decode(body),
      walkSpans,
    ),
    points: await costOf(
      rounds,
      (program) => metricsBody(program, Date.now()),
      (body) => decodeMetrics(body, "protobuf"),
      (body) => metricsMessage.decode(body),
      walkMetrics,
    ),
  };
}

async function costOf<Read>(
  rounds: number,
  bodyOf: (program: number) => Uint8Array,
  ours: (body: Uint8Array) => unknown,
  classes: (body: Uint8Array) => Read,
  walk: (read: Read) => unknown,
): Promise<DecodeCost> {
  const all = Array.from({ length: bodies }, (_, i) => new Template(bodyOf(i)).copy(i));
  // Whoever does less than the other is faster for nothing.
  for (const body of all) deepStrictEqual(plain(ours(body)), plain(walk(classes(body))));
  const cases = {
    ours: decoding(all, "ours", ours),
    official: decoding(all, "official", (body) => walk(classes(body))),
    classes: decoding(all, "classes", classes),
  };
  const costs = await compare(Object.values(cases), rounds, 150);
  const cost = (name: keyof typeof cases): Cost => costs[name] as Cost;
  return {
    bodyBytes: all[0]?.length ?? 0,
    ours: cost("ours"),
    official: cost("official"),
    classes: cost("classes"),
  };
}

// Columns as the spans in them: some may have more room than others.
function plain(read: unknown): unknown {
  if (read instanceof SpanColumns) return [...read];
  if (Array.isArray(read)) return read.map(plain);
  if (typeof read !== "object" || read === null || read instanceof Map) return read;
  return Object.fromEntries(Object.entries(read).map(([name, inner]) => [name, plain(inner)]));
}

// So many items; each body has the same number of them.
function decoding(all: readonly Buffer[], name: string, decode: (body: Uint8Array) => unknown): Case {
  return {
    name,
    run(times) {
      const turns = Math.max(1, Math.round(times / batchItems));
      for (let turn = 0; turn < turns; turn++) sink.last = decode(all[turn % all.length] as Buffer);
      return turns * batchItems;
    },
  };
}
