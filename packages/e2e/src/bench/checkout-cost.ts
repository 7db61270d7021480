/**
 * What being watched costs an Express service at saturation: the checkout service three times, twice bare and once
 * with Holdup fully on, sending to a real collector. This process is their load; they get it in turns, in
 * short bursts. What the two bare ones differ by is what this measurement can't tell apart. Prints the result as JSON.
 * Started by `bench.ts`.
 */
import { command, Program } from "../wired-program.ts";
import { CheckoutProcess, type Burst } from "./checkout-process.ts";
import { groupedMedianInterval, type Interval } from "./interval.ts";
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
  /** The CPU time of a request without Holdup (the mean of both services) / with it, burst by burst: 1 is free. */
  readonly ratio: Interval;
  /** The same of one service without Holdup / the other. */
  readonly floor: Interval;
  readonly bursts: number;
  readonly processes: number;
  readonly on: Side;
  readonly off: Side;
}

// Two processes of the same program differ by some percent for as long as they live (where their memory lies, what the
// compiler made of them), so many of them are compared, and how much they differ among each other is in the interval.
const processes = 10;
const burstsEach = Number(process.argv[2] ?? 40) / processes;
const burstMs = 800;
// Budgets hold what a quiet time has left, and a service at saturation has none: before each burst there is one that is not
// measured, of this part of its length.
const leadIn = 0.75;
// A service runs for days: what it spends on becoming quick is not what a request costs. Some fifteen seconds, after which
// the compiler has little left to do.
const warmUpVisits = 10_000;
const triedVisits = 1500;

/** What the services took for the same visits. */
interface Round {
  readonly on: Burst;
  readonly off: Burst;
  readonly otherOff: Burst;
}

await using collector = new Program([command, "serve", "--port", "0", "--store", "memory", "--json"]);
const [, endpoint = ""] = await collector.line(/"url":"([^"]+)"/);
const rounds: Round[][] = [];
for (let i = 0; i < processes; i++) rounds.push(await compareProcesses());
process.stdout.write(`${JSON.stringify(costOf(rounds))}\n`);

async function compareProcesses(): Promise<Round[]> {
  await using on = new CheckoutProcess(endpoint);
  await using off = new CheckoutProcess();
  await using otherOff = new CheckoutProcess();
  const all = [on, off, otherOff];
  const visits = await visitsOfBurst(all, off);
  const compared: Round[] = [];
  for (let i = 0; i < burstsEach; i++) {
    const bursts = new Map<CheckoutProcess, Burst>();
    for (const one of shuffled(all)) {
      await one.burst(Math.round(visits * leadIn));
      bursts.set(one, await one.burst(visits));
    }
    const of = (one: CheckoutProcess): Burst => bursts.get(one) as Burst;
    compared.push({ on: of(on), off: of(off), otherOff: of(otherOff) });
  }
  return compared;
}

/** Warms all up. @returns how many visits take a burst's time */
async function visitsOfBurst(all: readonly CheckoutProcess[], off: CheckoutProcess): Promise<number> {
  for (const one of all) await one.burst(warmUpVisits);
  const before = performance.now();
  await off.burst(triedVisits);
  return Math.round((triedVisits * burstMs) / (performance.now() - before));
}

function costOf(compared: readonly (readonly Round[])[]): CheckoutCost {
  const share = (of: (round: Round) => number): Interval =>
    groupedMedianInterval(compared.map((group) => group.map(of)));
  const all = compared.flat();
  return {
    ratio: share(({ on, off, otherOff }) => (off.requestUs + otherOff.requestUs) / 2 / on.requestUs),
    floor: share(({ off, otherOff }) => off.requestUs / otherOff.requestUs),
    bursts: all.length,
    processes: compared.length,
    on: side(all.map(({ on }) => on)),
    off: side(all.flatMap(({ off, otherOff }) => [off, otherOff])),
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
