/** Customers of the checkout service who don't think, and who do the same in every burst. */
import { Agent, request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { Chance } from "../../../../examples/checkout/src/chance.ts";
import { skus } from "../../../../examples/checkout/src/catalogue.ts";

/** How many come at a time; each waits for an answer before the next step. */
const customers = 16;

type Ask = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** One customer's way: looks at the stock, places an order of one to four products, looks at it. */
async function visit(ask: Ask, turn: number): Promise<void> {
  await ask("GET", "/stock");
  const { id } = (await ask("POST", "/checkout", cart(turn))) as { id: string };
  await ask("GET", `/orders/${id}`);
}

/** The same cart in every burst's same turn. */
function cart(turn: number): { items: { sku: string; quantity: number }[] } {
  const chance = new Chance(turn);
  const first = chance.whole(0, skus.length - 1);
  const items = Array.from({ length: chance.whole(1, 4) }, (_, step) => ({
    sku: skus[(first + step) % skus.length] ?? "",
    quantity: chance.whole(1, 3),
  }));
  return { items };
}

/** The customers of one service; they keep their connections. */
export class Load implements Disposable {
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: customers });

  constructor(url: string) {
    this.#url = url;
  }

  /** So many visits. @returns how long each request took, in milliseconds */
  async burst(visits: number): Promise<number[]> {
    const tookMs: number[] = [];
    const ask: Ask = async (method, path, body) => {
      const asked = performance.now();
      const answer = await this.#ask(method, path, body);
      tookMs.push(performance.now() - asked);
      return answer;
    };
    let turn = 0;
    const come = async () => {
      while (turn < visits) await visit(ask, turn++);
    };
    await Promise.all(Array.from({ length: customers }, come));
    return tookMs;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async #ask(method: string, path: string, body: unknown): Promise<unknown> {
    const outgoing = request(new URL(path, this.#url), {
      agent: this.#agent,
      method,
      headers: { "content-type": "application/json" },
    });
    outgoing.end(body === undefined ? undefined : JSON.stringify(body));
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    const json = await text(answer);
    if (answer.statusCode === undefined || answer.statusCode >= 300)
      throw new Error(`${method} ${path}: ${answer.statusCode} ${json}`);
    return JSON.parse(json);
  }
}
