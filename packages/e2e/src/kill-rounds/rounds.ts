/** A collector that is killed again and again while clients send to it, and what it has in the end. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { HotSpot, KeptWait, Page } from "@holdup/protocol";
import { get } from "../eventually.ts";
import { command, Program } from "../wired-program.ts";
import { Sender } from "./sender.ts";

export interface Outcome {
  readonly rounds: number;
  /** Requests that were acknowledged, and how many of them had to be sent again. */
  readonly acknowledged: number;
  readonly repeated: number;
  /** What was acknowledged and is not there, and what is there more often than it was sent. */
  readonly lost: number;
  readonly twice: number;
}

const clients = 6;
/** A round ends at any moment within so many milliseconds after the collector listens. */
const longestRoundMs = 800;

/**
 * Kills a collector so many times, then asks it for everything.
 *
 * @param store as `--store` takes it @default a file of its own
 */
export async function killRounds(rounds: number, store?: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "holdup-kill-"));
  try {
    return await killed(rounds, store ?? `sqlite:${join(folder, "holdup.db")}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function killed(rounds: number, store: string): Promise<Outcome> {
  let collector = serve(store, 0);
  const url = await urlOf(collector);
  const port = Number(new URL(url).port);
  const senders = Array.from({ length: clients }, (_, number) => new Sender(number));
  let stopped = false;
  const sending = Promise.all(senders.map((sender) => sender.run(url, () => stopped)));
  for (let round = 0; round < rounds; round++) {
    await pause(Math.random() * longestRoundMs);
    collector.kill("SIGKILL");
    await collector.ended;
    collector = serve(store, port);
    await urlOf(collector);
  }
  stopped = true;
  await sending;
  const differences = [...(await waitsMissing(url, senders)), ...(await spansMissing(url, senders))];
  await collector[Symbol.asyncDispose]();
  return {
    rounds,
    acknowledged: senders.reduce((sum, sender) => sum + sender.spans.length + total(sender), 0),
    repeated: senders.reduce((sum, sender) => sum + sender.repeated, 0),
    lost: differences.reduce((sum, missing) => sum + Math.max(0, missing), 0),
    twice: differences.reduce((sum, missing) => sum + Math.max(0, -missing), 0),
  };
}

function serve(store: string, port: number): Program {
  return new Program([command, "serve", "--json", "--port", String(port), "--store", store]);
}

async function urlOf(collector: Program): Promise<string> {
  const [, url = ""] = await collector.line(/"event":"listening".*"url":"([^"]+)"/);
  return url;
}

function total({ acknowledged }: Sender): number {
  return [...acknowledged.values()].reduce((sum, count) => sum + count, 0);
}

// For each site of each client, how many more were acknowledged than are there.
async function waitsMissing(url: string, senders: readonly Sender[]): Promise<number[]> {
  const missing = new Map<string, number>();
  for (const { name, acknowledged } of senders) {
    for (const [line, count] of acknowledged) missing.set(`${name}:${line}`, count);
  }
  for (const { primitive, waiterSite, operations } of await all<HotSpot>(`${url}/api/hotspots?by=waiter`)) {
    if (waiterSite === null) continue;
    const key = `${primitive.name}:${waiterSite.lineNumber}`;
    missing.set(key, (missing.get(key) ?? 0) - operations);
  }
  return [...missing.values()];
}

async function spansMissing(url: string, senders: readonly Sender[]): Promise<number[]> {
  const missing = new Map<string, number>();
  for (const id of senders.flatMap(({ spans }) => spans)) missing.set(id, 1);
  for (const { spanId } of await all<KeptWait>(`${url}/api/waits?service=kill-rounds`)) {
    missing.set(spanId, (missing.get(spanId) ?? 0) - 1);
  }
  return [...missing.values()];
}

async function all<Item>(url: string): Promise<Item[]> {
  const items: Item[] = [];
  const everything = `${url}&limit=1000&from=0`;
  for (let page = await get<Page<Item>>(everything); ;) {
    items.push(...page.items);
    if (page.next === null) return items;
    page = await get<Page<Item>>(`${everything}&cursor=${page.next}`);
  }
}
