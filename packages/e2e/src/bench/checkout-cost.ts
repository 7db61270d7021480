/**
 * What being watched costs an Express service at saturation: the checkout service twice, one bare and one
 * with Holdup fully on, sending to a real collector. This process is their load; they get it in turns, in
 * short bursts. Prints the result as JSON. Started by `bench.ts`.
 */
import { command, Program } from "../wired-program.ts";
import { CheckoutProcess, type Burst } from "./checkout-process.ts";
import { medianInterval, type Interval } from "./interval.ts";
import { median, shuffled } from "./measure.ts";

/** One service's bursts. */
export interface Side {
  /** CPU time of the process for each request, the median of the bursts. */
  readonly requestUs: number;
  /** How much of a core it used meanwhile, the median of the bursts. */
  readonly cores: number;
  /** Of all requests. */
  readonly p99Ms: number;
}

/** Two services that did the same. */
export interface CheckoutCost {
  /** The CPU time of a request without Holdup / with it, burst by burst: 1 is free. */
  readonly ratio: Interval;
  readonly pairs: number;
  readonly on: Side;
  readonly off: Side;
}

const pairs = Number(process.argv[2] ?? 40);
const burstMs = 800;
const warmUpVisits = 1500;

await using collector = new Program([command, "serve", "--port", "0", "--store", "memory", "--json"]);
const [, endpoint = ""] = await collector.line(/"url":"([^"]+)"/);
await using on = new CheckoutProcess(endpoint);
await using off = new CheckoutProcess();
process.stdout.write(`${JSON.stringify(await compareBursts(await visitsOfBurst()))}\n`);

async function compareBursts(visits: number): Promise<CheckoutCost> {
  const ofOn: Burst[] = [];
  const ofOff: Burst[] = [];
  const ratios: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const bursts = new Map<CheckoutProcess, Burst>();
    for (const one of shuffled([on, off])) bursts.set(one, await one.burst(visits));
    const [watched, bare] = [bursts.get(on) as Burst, bursts.get(off) as Burst];
    ofOn.push(watched);
    ofOff.push(bare);
    ratios.push(bare.requestUs / watched.requestUs);
  }
  return { ratio: medianInterval(ratios), pairs, on: side(ofOn), off: side(ofOff) };
}

/** Warms both up. @returns how many visits take a burst's time */
async function visitsOfBurst(): Promise<number> {
  await on.burst(warmUpVisits);
  await off.burst(warmUpVisits);
  const before = performance.now();
  await off.burst(warmUpVisits);
  return Math.round((warmUpVisits * burstMs) / (performance.now() - before));
}

function side(bursts: readonly Burst[]): Side {
  const tookMs = bursts.flatMap((burst) => burst.tookMs).toSorted((a, b) => a - b);
  return {
    requestUs: median(bursts.map(({ requestUs }) => requestUs)),
    cores: median(bursts.map(({ cores }) => cores)),
    p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? Number.NaN,
  };
}
