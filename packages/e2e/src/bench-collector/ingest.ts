/**
 * CPU of taking telemetry in: `holdup serve` with its SQLite store against a peer that keeps nothing, and the collector's parts
 * for reading at the peer's job.
 */

import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request, type IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { medianInterval, type Interval } from "../bench/interval.ts";
import { median } from "../bench/measure.ts";
import { command, Program } from "../wired-program.ts";
import { batchItems, metricsBody, spansBody, Template } from "./batches.ts";

export interface IngestCost {
  /** Items per CPU-second of the collector / of the peer, burst by burst. */
  readonly ratio: Interval;
  /** The same of the collector's reader, which keeps as little as the peer. */
  readonly readerRatio: Interval;
  readonly pairs: number;
  /** Items of one burst: spans and points, half of each. */
  readonly items: number;
  /** Medians of items per CPU-second. */
  readonly ours: number;
  readonly reader: number;
  readonly peer: number;
  /** The part of the collector's CPU time that it uses without any burst in the same time. */
  readonly idleShare: number;
  /** Of one body, as sent. */
  readonly bodyBytes: number;
}

interface Body {
  readonly path: string;
  readonly gzip: Buffer;
}

interface Taker {
  readonly name: "ours" | "reader" | "peer";
  readonly url: string;
  /** CPU time of the whole process so far, in seconds. */
  cpuSeconds(): Promise<number>;
}

const programs = 8;
const connections = 8;
const warmUps = 2;
/** The collector merges what came every second, in a thread of its own: it belongs to the burst that brought it. */
const settleMs = 1_400;

let turn = 0;

export async function ingestCost(pairs: number, bodies: number): Promise<IngestCost> {
  const folder = mkdtempSync(join(tmpdir(), "holdup-ingest-"));
  try {
    const store = `sqlite:${join(folder, "holdup.db")}`;
    await using collector = new Program([command, "serve", "--port", "0", "--json", "--store", store]);
    await using reader = counting("reader.ts");
    await using peer = counting("peer.ts");
    const takers: Taker[] = [
      collectorAt((await collector.line(/"url":"([^"]+)"/))[1] ?? ""),
      await countingAt("reader", reader),
      await countingAt("peer", peer),
    ];
    return await measure(takers, pairs, bodies);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(takers: Taker[], pairs: number, bodies: number): Promise<IngestCost> {
  for (let i = 0; i < warmUps; i++) {
    const warm = burstOf(bodies);
    for (const taker of takers) await rate(taker, warm);
  }
  const rates: Record<Taker["name"], number[]> = { ours: [], reader: [], peer: [] };
  let bodyBytes = 0;
  for (let pair = 0; pair < pairs; pair++) {
    const burst = burstOf(bodies);
    bodyBytes = burst.reduce((sum, { gzip }) => sum + gzip.length, 0) / bodies;
    for (const taker of pair % 2 === 0 ? takers : takers.toReversed()) {
      rates[taker.name].push(await rate(taker, burst));
    }
  }
  await checkCounted(takers, (pairs + warmUps) * bodies * batchItems);
  const idleSeconds = await idle(takers);
  const { ours, reader, peer } = rates;
  const against = (all: readonly number[]) => medianInterval(all.map((one, i) => one / (peer[i] as number)));
  return {
    ratio: against(ours),
    readerRatio: against(reader),
    pairs,
    items: bodies * batchItems,
    ours: median(ours),
    reader: median(reader),
    peer: median(peer),
    idleShare: (idleSeconds * median(ours)) / (bodies * batchItems),
    bodyBytes,
  };
}

// They have to read what they are compared for.
async function checkCounted(takers: readonly Taker[], items: number): Promise<void> {
  for (const { name, url } of takers.filter((taker) => taker.name !== "ours")) {
    const counted = await get(`${url}/items`);
    if (counted !== String(items)) throw new Error(`the ${name} counted ${counted} items of ${items}`);
  }
}

/** What the collector's CPU time grows by while nothing comes, for as long as after a burst. */
async function idle(takers: readonly Taker[]): Promise<number> {
  const ours = takers.find(({ name }) => name === "ours");
  const seconds: number[] = [];
  for (let i = 0; i < 3; i++) {
    const before = (await ours?.cpuSeconds()) ?? Number.NaN;
    await pause(settleMs);
    seconds.push(((await ours?.cpuSeconds()) ?? Number.NaN) - before);
  }
  return median(seconds);
}

/** Items per CPU-second of one burst. */
async function rate(taker: Taker, burst: readonly Body[]): Promise<number> {
  const before = await taker.cpuSeconds();
  // Of this burst alone: while the next is made, a server closes connections that nobody uses.
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  let next = 0;
  const send = async (): Promise<void> => {
    for (let body = burst[next++]; body !== undefined; body = burst[next++])
      await post(agent, taker.url, body);
  };
  await Promise.all(Array.from({ length: connections }, send));
  agent.destroy();
  await pause(taker.name === "ours" ? settleMs : 100);
  return (burst.length * batchItems) / ((await taker.cpuSeconds()) - before);
}

/** Bodies of metrics and of spans by turns, each of them new to everyone, of this very time. */
function burstOf(bodies: number): Body[] {
  const now = Date.now();
  const spans = Array.from({ length: programs }, (_, program) => new Template(spansBody(program, now)));
  return Array.from({ length: bodies }, (_, i) => {
    const program = (i >> 1) % programs;
    if (i % 2 === 1) return bodyOf("/v1/traces", spans[program] as Template);
    // Each of another interval: points of the same one count once.
    return bodyOf("/v1/metrics", new Template(metricsBody(program, now - bodies + i)));
  });
}

function bodyOf(path: string, template: Template): Body {
  return { path, gzip: gzipSync(template.copy(turn++)) };
}

async function post(agent: Agent, url: string, { path, gzip }: Body): Promise<void> {
  const outgoing = request(new URL(path, url), {
    agent,
    method: "POST",
    headers: {
      "content-type": "application/x-protobuf",
      "content-encoding": "gzip",
      "content-length": gzip.length,
    },
  });
  outgoing.end(gzip);
  const answer = await answerOf(outgoing);
  // An answer with a text in it has rejected something.
  if (answer.statusCode !== 200 || answer.text !== "") {
    throw new Error(`${url}${path}: ${answer.statusCode} ${answer.text}`);
  }
}

async function answerOf(outgoing: ReturnType<typeof request>): Promise<{ statusCode: number; text: string }> {
  const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
  return { statusCode: incoming.statusCode ?? 0, text: await text(incoming) };
}

async function get(url: string): Promise<string> {
  const outgoing = request(url, { agent: false });
  outgoing.end();
  return (await answerOf(outgoing)).text;
}

const collectorAt = (url: string): Taker => ({
  name: "ours",
  url,
  async cpuSeconds() {
    const found = /^process_cpu_seconds_total (\S+)/m.exec(await get(`${url}/metrics`));
    return Number(found?.[1]);
  },
});

function counting(script: string): Program {
  return new Program([
    "--conditions=@holdup/source",
    "--disable-warning=ExperimentalWarning",
    fileURLToPath(new URL(script, import.meta.url)),
  ]);
}

async function countingAt(name: "reader" | "peer", program: Program): Promise<Taker> {
  const url = (await program.line(/^listens on (.*)/))[1] ?? "";
  return {
    name,
    url,
    async cpuSeconds() {
      return Number(await get(`${url}/cpu`)) / 1e6;
    },
  };
}
