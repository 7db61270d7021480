/** The report that `pnpm bench` writes: what was measured, beside what must hold. */
import { cpus, totalmem } from "node:os";
import { parked, shortLine, type DrainCosts } from "./drain.ts";
import { goals, type Goal, type Measured } from "./goals.ts";
import type { Interval } from "./interval.ts";
import type { Cost } from "./measure.ts";

/** The whole report as Markdown. */
export function report(all: readonly Measured[], date: string): string {
  return [
    "# Benchmarks",
    "",
    `Written by \`pnpm bench\` on ${date}: ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}.`,
    "",
    "CPU time of the thread, cases interleaved in random order. Trust ratios first, best rounds second, medians",
    "last: a shared machine adds noise. Observed: exact histograms, counts, blame, task identity, contended",
    "spans, call sites within their budget.",
    "",
    "## What must hold",
    "",
    `| figure | goal | ${all.map(({ node }) => `Node ${node}`).join(" | ")} |`,
    `| --- | --: | ${all.map(() => "--:").join(" | ")} |`,
    ...goals.map((goal) => row(goal, all)),
    "",
    ...all.flatMap(reasons),
    ...all.flatMap(section),
  ].join("\n");
}

function row({ figure, goal, measure }: Goal, all: readonly Measured[]): string {
  const cells = all.map((measured) => {
    const { value, verdict } = measure(measured);
    return verdict === "met" ? value : `${value} **${verdict}**`;
  });
  return `| ${figure} | ${goal} | ${cells.join(" | ")} |`;
}

function reasons(measured: Measured): string[] {
  return goals.flatMap(({ figure, measure, why }) =>
    why === undefined || measure(measured).verdict === "met"
      ? []
      : [`- Node ${measured.node}, ${figure}: ${why}.`, ""],
  );
}

function section(measured: Measured): string[] {
  const { node, tables, nowNs, cancelled, drain } = measured;
  return [
    `## Node ${node}`,
    "",
    `\`performance.now()\`: ${nowNs.toFixed(0)} ns. ${count(parked)} waiters, half of them cancelled at random, the rest granted in`,
    `order: heap ${cancelled.beforeMb.toFixed(0)} MB before, ${cancelled.fullMb.toFixed(0)} MB while they wait, ${cancelled.afterMb.toFixed(0)} MB after.`,
    "",
    ...Object.entries(tables).flatMap(([name, costs]) => table(name, costs)),
    ...longLines(drain),
    ...returning(measured),
    ...checkoutService(measured),
  ];
}

function table(name: string, costs: Record<string, Cost>): string[] {
  const rows = Object.entries(costs).toSorted(([, a], [, b]) => a.median - b.median);
  return [
    `| ${name}, ns | best | median |`,
    "| --- | --: | --: |",
    ...rows.map(([one, { best, median }]) => `| ${one} | ${whole(best)} | ${whole(median)} |`),
    "",
  ];
}

function longLines(drain: DrainCosts): string[] {
  return [
    `**Long lines.** ${count(parked)} waiters are parked and the heap is collected; then each is granted, gives back and`,
    `does not come again. They stand in one line, or in ${count(parked / shortLine)} lines of ${shortLine}: the same heap, the same work.`,
    "`floor.ts` is a linked list of promises and nothing else: what is slow there is slow for everyone.",
    "",
    `| hand-off, ns, medians | one line | lines of ${shortLine} | ratio |`,
    "| --- | --: | --: | --: |",
    ...Object.entries(drain).map(
      ([name, { one, many }]) =>
        `| ${name} | ${whole(one.median)} | ${whole(many.median)} | ${(one.median / many.median).toFixed(2)} |`,
    ),
    "",
  ];
}

/** What the ratio above leaves out, because no lock can do anything about it. */
function returning({ returning: { sixteen, many, floorSixteen, floorMany } }: Measured): string[] {
  return [
    `If each parks again after its turn, a hand-off among ${count(parked)} takes ${whole(many.ns)} ns of this thread's CPU, among 16`,
    `${whole(sixteen.ns)}; of the floor ${whole(floorMany.ns)} and ${whole(floorSixteen.ns)}. In a long line promises outlive the young generation, so the`,
    `garbage collector copies them: it works ${whole(many.gcNs)} ns for each hand-off against ${whole(sixteen.gcNs)} among 16 (the floor: ${whole(floorMany.gcNs)} against`,
    `${whole(floorSixteen.gcNs)}), by the clock and partly in other threads.`,
    "",
  ];
}

function checkoutService({ checkout: { ratio, floor, bursts, processes, on, off } }: Measured): string[] {
  return [
    `**The Express service.** \`examples/checkout\` with nothing modelled as slow, so that the processor is the limit: ${off.cores.toFixed(2)}`,
    `cores off, ${on.cores.toFixed(2)} on. Three processes, two bare and one started with \`--import @holdup/register\` that sends to a`,
    "collector in a fourth, get the same bursts of 0.8 s in turns, in random order. Processes of the same program differ, so",
    `there are ${processes} times three of them, each warmed up for ten to fifteen seconds, and ${bursts} bursts of each kind in all; the`,
    "intervals are drawn from whole processes. Before each burst there is 0.6 s of the same load, so that",
    "it finds the service at saturation and not at rest. CPU time is the whole process's, read once everything that the burst",
    "left to send is sent. A customer makes three requests: the stock, an order, that order again.",
    "",
    "| checkout | CPU for each request, median | p99 of a request |",
    "| --- | --: | --: |",
    `| off | ${off.requestUs.toFixed(0)} µs | ${off.p99Ms.toFixed(0)} ms |`,
    `| fully on | ${on.requestUs.toFixed(0)} µs | ${on.p99Ms.toFixed(0)} ms |`,
    "",
    `Off (the mean of both) / on, burst by burst: median ${told(ratio)}. One off / the other, which should be 1: ${told(floor)}.`,
    "",
  ];
}

function told({ median, low, high }: Interval): string {
  return `${median.toFixed(3)}, 95 % interval ${low.toFixed(3)} to ${high.toFixed(3)} (bootstrap)`;
}

const whole = (value: number): string => value.toFixed(0);
const count = (value: number): string => value.toLocaleString("en");
