/** The report that `pnpm bench` writes: what was measured, beside what must hold. */
import { cpus, totalmem } from "node:os";
import type { Cost } from "./measure.ts";
import type { Results } from "./run.ts";

interface Goal {
  readonly figure: string;
  /** Why it may be missed; said where it is. */
  readonly why?: (results: Results) => string;
  readonly goal: number;
  readonly unit: "×" | "B" | "ns";
  readonly value: (results: Results) => number;
}

const cost = ({ tables }: Results, group: string, name: string): number =>
  tables[group]?.[name]?.median ?? Number.NaN;
const best = ({ tables }: Results, group: string, name: string): number =>
  tables[group]?.[name]?.best ?? Number.NaN;
const ratio = (group: string, name: string, peer: string) => (results: Results) =>
  cost(results, group, name) / cost(results, group, peer);

/** Medians of one interleaved run; below the goal is good. */
const goals: readonly Goal[] = [
  {
    figure: "unobserved awaited acquire + release / bare async-sema",
    goal: 1.4,
    unit: "×",
    value: ratio("uncontended", "holdup, awaited", "async-sema"),
    why: () =>
      "an acquire makes a promise, a grant and a handle onto it, so that a handle that is dropped while it holds can be noticed; async-sema gives no handle",
  },
  {
    figure: "fully observed tryAcquire + release / bare async-mutex Semaphore(1)",
    goal: 1,
    unit: "×",
    value: ratio("uncontended", "holdup observed, tryAcquire", "async-mutex Semaphore(1)"),
  },
  {
    figure: "fully observed awaited acquire + release / bare async-mutex Semaphore(1)",
    goal: 1.7,
    unit: "×",
    value: ratio("uncontended", "holdup observed, awaited", "async-mutex Semaphore(1)"),
  },
  {
    figure: "fully observed awaited acquire + release / bare async-mutex Mutex",
    goal: 0.15,
    unit: "×",
    value: ratio("uncontended", "holdup observed, awaited", "async-mutex Mutex"),
  },
  {
    figure: "fully observed tryAcquire + release, less two clock reads (best rounds)",
    goal: 50,
    unit: "ns",
    value: (results) => best(results, "uncontended", "holdup observed, tryAcquire") - 2 * results.nowNs,
  },
  ...[2, 16, 1000].map((waiters): Goal => ({
    figure: `fully observed hand-off among ${waiters} / bare async-mutex Semaphore(1)`,
    goal: 1.5,
    unit: "×",
    value: ratio(`hand-off among ${waiters}`, "holdup observed", "async-mutex Semaphore(1)"),
  })),
  ...[2, 16, 1000].map((waiters): Goal => ({
    figure: `… inside tasks, among ${waiters}`,
    goal: 2,
    unit: "×",
    value: ratio(`hand-off among ${waiters}`, "holdup observed, in tasks", "async-mutex Semaphore(1)"),
  })),
  {
    figure: "everything on, awaited / naive OTel (async-sema, a span and two histograms for each operation)",
    goal: 0.06,
    unit: "×",
    value: ratio("uncontended", "holdup observed, awaited", "async-sema + OTel span + 2 histograms"),
  },
  {
    figure: "hand-off with 100,000 parked / the same lock with 16",
    goal: 2,
    unit: "×",
    value: ({ parked }) => parked.many.ns / parked.sixteen.ns,
    why: ({ parked: { sixteen, many, floorSixteen, floorMany } }) =>
      `${many.ns.toFixed(0)} ns of this thread's CPU for each (${sixteen.ns.toFixed(0)} with 16); garbage collection takes ${many.gcNs.toFixed(0)} ns of wall time for each (${sixteen.gcNs.toFixed(0)}), partly in other threads. A linked list of promises and nothing else (\`floor.ts\`) goes from ${floorSixteen.ns.toFixed(0)} (${floorSixteen.gcNs.toFixed(0)} of it collection) to ${floorMany.ns.toFixed(0)} (${floorMany.gcNs.toFixed(0)}): the difference is ours`,
  },
  {
    figure: "queue putNowait + awaited get, observed / bare async-channel",
    goal: 2,
    unit: "×",
    value: ratio("queue", "holdup observed", "async-channel"),
  },
  { figure: "heap per waiter", goal: 304, unit: "B", value: ({ memory }) => memory["waiter"] ?? Number.NaN },
  {
    figure: "heap per new lock",
    goal: 400,
    unit: "B",
    value: ({ memory }) => memory["new lock"] ?? Number.NaN,
  },
  {
    figure: "heap per busy lock, observed",
    goal: 3500,
    unit: "B",
    value: ({ memory }) => memory["busy lock, observed"] ?? Number.NaN,
  },
];

/** The whole report as Markdown. */
export function report(all: readonly Results[], date: string): string {
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
    "",
    ...all.flatMap(section),
  ].join("\n");
}

function reasons(results: Results): string[] {
  return goals.flatMap(({ figure, goal, value, why }) =>
    why === undefined || value(results) <= goal
      ? []
      : [`- Node ${results.node}, ${figure}: ${why(results)}.`],
  );
}

function row({ figure, goal, unit, value }: Goal, all: readonly Results[]): string {
  const cells = all.map((results) => {
    const figureHere = value(results);
    return `${number(figureHere, unit)}${figureHere <= goal ? "" : " **missed**"}`;
  });
  return `| ${figure} | ≤ ${number(goal, unit)} | ${cells.join(" | ")} |`;
}

function section(results: Results): string[] {
  const { node, tables, nowNs, cancelled } = results;
  return [
    `## Node ${node}`,
    "",
    `\`performance.now()\`: ${number(nowNs, "ns")}. 100,000 waiters, 50,000 of them cancelled at random, the rest granted in`,
    `order: heap ${cancelled.beforeMb.toFixed(0)} MB before, ${cancelled.fullMb.toFixed(0)} MB while they wait, ${cancelled.afterMb.toFixed(0)} MB after.`,
    "",
    ...Object.entries(tables).flatMap(([name, costs]) => table(name, costs)),
  ];
}

function table(name: string, costs: Record<string, Cost>): string[] {
  const rows = Object.entries(costs).toSorted(([, a], [, b]) => a.median - b.median);
  return [
    `| ${name}, ns | best | median |`,
    "| --- | --: | --: |",
    ...rows.map(([one, { best: low, median }]) => `| ${one} | ${low.toFixed(0)} | ${median.toFixed(0)} |`),
    "",
  ];
}

function number(value: number, unit: Goal["unit"]): string {
  return unit === "×" ? value.toFixed(2) : `${value.toFixed(0)} ${unit}`;
}
