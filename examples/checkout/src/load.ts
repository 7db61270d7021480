import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { isCancelled, sleep, spawn, type Task } from "@holdup/primitives";
import { Chance } from "./chance.ts";
import { skus } from "./catalogue.ts";

/** Who comes to the shop. */
export interface LoadOptions {
  /** How many customers there are at a time. Each waits for an answer before the next step. */
  readonly customers: number;
  /** How long a customer thinks between two steps, on average, in milliseconds. @default 20 */
  readonly thinkMs?: number | undefined;
  /** Of what customers buy and how long they think. @default 1 */
  readonly seed?: number | undefined;
}

export const defaultThinkMs = 20;
export const defaultLoadSeed = 1;

/** Customers that come until disposed; disposing lets each finish its step. */
export interface Load extends AsyncDisposable {
  /** How many orders were placed so far. */
  readonly placed: number;
  /** How many requests were not answered as hoped: sold out, too long a line, an error. */
  readonly failed: number;
}

/**
 * Sends customers to a shop, over HTTP: each looks at the stock, places an order, looks at it, and
 * begins again. A closed loop: a slow shop gets fewer requests, not a longer backlog.
 */
export function startLoad(url: string, options: LoadOptions): Load {
  return new Crowd(url, options);
}

class Crowd implements Load {
  placed = 0;
  failed = 0;
  readonly #url: string;
  readonly #thinkMs: number;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #customers: readonly Task<void>[];

  constructor(url: string, { customers, thinkMs = defaultThinkMs, seed = defaultLoadSeed }: LoadOptions) {
    this.#url = url;
    this.#thinkMs = thinkMs;
    this.#customers = Array.from({ length: customers }, (_, number) => {
      // Each has chance of its own: what one buys does not depend on how quickly another is served.
      const chance = new Chance(seed + number);
      return spawn(() => this.#shop(chance), { name: `customer ${number + 1}` });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const customer of this.#customers) customer.cancel("the shop closes");
    await Promise.all(this.#customers.map(gone));
    this.#agent.destroy();
  }

  async #shop(chance: Chance): Promise<void> {
    // Not all at once through the door.
    await this.#think(chance);
    for (;;) {
      await this.#visit(chance);
      await this.#think(chance);
    }
  }

  async #visit(chance: Chance): Promise<void> {
    await this.#ask("GET", "/stock");
    await this.#think(chance);
    const placed = await this.#ask("POST", "/checkout", fillCart(chance));
    if (placed === undefined) return;
    this.placed++;
    await this.#think(chance);
    await this.#ask("GET", `/orders/${(placed as { id: string }).id}`);
  }

  #think(chance: Chance): Promise<void> {
    return sleep(this.#thinkMs * chance.between(0.5, 1.5));
  }

  /** The answer; undefined, and counted, if it is none to be glad about. */
  async #ask(method: string, path: string, body?: unknown): Promise<unknown> {
    try {
      return await ask(this.#agent, method, new URL(path, this.#url), body);
    } catch {
      this.failed++;
      return undefined;
    }
  }
}

/** One to four different products, one to three pieces of each. */
function fillCart(chance: Chance): { items: { sku: string; quantity: number }[] } {
  const first = chance.whole(0, skus.length - 1);
  const items = Array.from({ length: chance.whole(1, 4) }, (_, step) => ({
    sku: skus[(first + step) % skus.length] ?? "",
    quantity: chance.whole(1, 3),
  }));
  return { items };
}

// Not fetch: it costs more processor time than the shop itself, and would fill the flamegraph.
async function ask(agent: Agent, method: string, url: URL, body: unknown): Promise<unknown> {
  const outgoing = request(url, { agent, method, headers: { "content-type": "application/json" } });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
  const json = await text(answer);
  if (answer.statusCode === undefined || answer.statusCode >= 300) throw new Error(json);
  return JSON.parse(json);
}

async function gone(customer: Task<void>): Promise<void> {
  try {
    await customer;
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
}
