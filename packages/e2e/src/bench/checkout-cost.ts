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

// Two processes of the same program differ by some percent for as long as they live (where their memory lies, what the
// compiler made of them), so several pairs of them are compared.
const pairsOfProcesses = 4;
const burstsEach = Number(process.argv[2] ?? 40) / pairsOfProcesses;
const burstMs = 800;
// Budgets hold what a quiet time has left, and a service at saturation has none: before each burst there is one that is not
// measured, of this part of its length.
const leadIn = 0.75;
// A service runs for days: what it spends on becoming quick is not what a request costs. Some fifteen seconds, after which
// the compiler has little left to do.
const warmUpVisits = 10_000;
const triedVisits = 1500;

/** What two services took for the same visits. */
interface Pair {
  readonly on: Burst;
  readonly off: Burst;
}

await using collector = new Program([command, "serve", "--port", "0", "--store", "memory", "--json"]);
const [, endpoint = ""] = await collector.line(/"url":"([^"]+)"/);
const pairs: Pair[] = [];
for (let i = 0; i < pairsOfProcesses; i++) pairs.push(...(await compareProcesses()));
process.stdout.write(`${JSON.stringify(costOf(pairs))}\n`);

async function compareProcesses(): Promise<Pair[]> {
  await using on = new CheckoutProcess(endpoint);
  await using off = new CheckoutProcess();
  const visits = await visitsOfBurst(on, off);
  const compared: Pair[] = [];
  for (let i = 0; i < burstsEach; i++) {
    const bursts = new Map<CheckoutProcess, Burst>();
    for (const one of shuffled([on, off])) {
      await one.burst(Math.round(visits * leadIn));
      bursts.set(one, await one.burst(visits));
    }
    compared.push({ on: bursts.get(on) as Burst, off: bursts.get(off) as Burst });
  }
  return compared;
}

/** Warms both up. @returns how many visits take a burst's time */
async function visitsOfBurst(on: CheckoutProcess, off: CheckoutProcess): Promise<number> {
  await on.burst(warmUpVisits);
  await off.burst(warmUpVisits);
  const before = performance.now();
  await off.burst(triedVisits);
  return Math.round((triedVisits * burstMs) / (performance.now() - before));
}

function costOf(compared: readonly Pair[]): CheckoutCost {
  return {
    ratio: medianInterval(compared.map(({ on, off }) => off.requestUs / on.requestUs)),
    pairs: compared.length,
    on: side(compared.map(({ on }) => on)),
    off: side(compared.map(({ off }) => off)),
  };
}

function side(bursts: readonly Burst[]): Side {
  const tookMs = bursts.flatMap((burst) => burst.tookMs).toSorted((a, b) => a - b);
  return {
    requestUs: median(bursts.map(({ requestUs }) => requestUs)),
    cores: median(bursts.map(({ cores }) => cores)),
    p99Ms: tookMs[Math.floor(tookMs.length * 0.99)] ?? Number.NaN,
  };
}
