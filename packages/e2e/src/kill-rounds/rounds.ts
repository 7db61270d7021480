/** A collector that is killed again and again while clients send to it, and what it has in the end. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { command, Program } from "../wired-program.ts";
import { audit, type Verdict } from "./audit.ts";
import { Power } from "./power.ts";
import { Sender } from "./sender.ts";

export interface Outcome extends Verdict {
  readonly rounds: number;
  /** Points and spans that were acknowledged, and in how many requests. */
  readonly acknowledged: number;
  readonly requests: number;
  /** The fewest requests that were acknowledged in one round. */
  readonly fewest: number;
  /** How many times a request had to be sent again. */
  readonly repeated: number;
}

const clients = 6;
/** So many requests are acknowledged in a round at least before its collector may be killed. */
const leastRequests = 2 * clients;
/** A round ends at any moment within so many milliseconds after that. */
const longestRoundMs = 600;
/** One collector in so many is killed while it starts, too. */
const startKilledEvery = 5;

/** What is killed: the arguments of `serve`, and whether the power fails, too. */
interface Setting {
  readonly store: string;
  readonly power: Power | undefined;
}

/**
 * Kills a collector so many times, then asks it for everything. With a file of its own the power fails, too, every
 * second time.
 *
 * @param store as `--store` takes it @default a file of its own
 */
export async function killRounds(rounds: number, store?: string): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "holdup-kill-"));
  const file = join(folder, "holdup.db");
  try {
    return await killed(
      rounds,
      store === undefined
        ? { store: `sqlite:${file}`, power: new Power(folder, file) }
        : { store, power: undefined },
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function killed(rounds: number, setting: Setting): Promise<Outcome> {
  let collector = serve(setting, 0);
  const url = await urlOf(collector);
  const port = Number(new URL(url).port);
  const senders = Array.from({ length: clients }, (_, number) => new Sender(number));
  const sum = (figure: (sender: Sender) => number): number => senders.map(figure).reduce((a, b) => a + b, 0);
  const requests = (): number => sum((sender) => sender.requests);
  let stopped = false;
  const sending = Promise.all(senders.map((sender) => sender.run(url, () => stopped)));
  let fewest = Infinity;
  for (let round = 0; round < rounds; round++) {
    const before = requests();
    while (requests() < before + leastRequests) await pause(5);
    await pause(Math.random() * longestRoundMs);
    fewest = Math.min(fewest, requests() - before);
    await kill(collector);
    if (round % 2 === 0) await setting.power?.fail();
    if (round % startKilledEvery === 1) await killStarting(setting, port);
    collector = serve(setting, port);
    await urlOf(collector);
  }
  stopped = true;
  await sending;
  const verdict = await audit(url, senders);
  await collector[Symbol.asyncDispose]();
  const acknowledged = sum((sender) => sender.acknowledged);
  const repeated = sum((sender) => sender.repeated);
  return { rounds, acknowledged, requests: requests(), fewest, repeated, ...verdict };
}

// While it brings the tables up to date, reads the journal, or has just begun to listen.
async function killStarting(setting: Setting, port: number): Promise<void> {
  const collector = serve(setting, port);
  await pause(Math.random() * longestRoundMs);
  await kill(collector);
}

async function kill(collector: Program): Promise<void> {
  collector.kill("SIGKILL");
  await collector.ended;
}

function serve({ store, power }: Setting, port: number): Program {
  const args = [command, "serve", "--json", "--port", String(port), "--store", store];
  return new Program([...(power?.args ?? []), ...args], power?.environment);
}

async function urlOf(collector: Program): Promise<string> {
  const [, url = ""] = await collector.line(/"event":"listening".*"url":"([^"]+)"/);
  return url;
}
