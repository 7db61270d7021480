/** The report that `pnpm bench:dashboard` writes: what the page costs, beside what must hold. */

import { cpus, totalmem } from "node:os";
import { hertz, primitives } from "./load.ts";
import type { PageCost } from "./page-cost.ts";

/** How the machine was while it was measured. */
export interface MachineLoad {
  /** Of one minute, before and after. */
  readonly before: number;
  readonly after: number;
  /** The part of all processors' time that was used, by everyone. */
  readonly used: number;
}

export interface Results {
  readonly minutes: number;
  readonly warmUpSeconds: number;
  /** How often all primitives changed, a second: less than was wanted if the machine did not keep up. */
  readonly hertz: number;
  readonly ours: PageCost;
  /** The same in the same run, before and after. */
  readonly peer: readonly PageCost[];
  /** A page on which nothing happens: what this machine gives, before and after. */
  readonly empty: readonly PageCost[];
  readonly load: MachineLoad;
}

interface Goal {
  readonly figure: string;
  readonly most: number;
  readonly measure: (cost: PageCost) => number;
  readonly format: (value: number) => string;
}

const goals: readonly Goal[] = [
  { figure: "frame, p95", most: 17, measure: ({ frame }) => frame.p95, format: ms },
  {
    figure: "main thread busy, in the processor's time",
    most: 0.25,
    measure: ({ used }) => used,
    format: percent,
  },
  { figure: "main thread busy, by the clock", most: 0.25, measure: ({ busy }) => busy, format: percent },
  { figure: "heap growth", most: 2e6, measure: ({ heap }) => heap.last - heap.first, format: megabytes },
];

/** The rows of the table of goals. */
export function goalRows({ ours, peer, empty }: Results): string[][] {
  return goals.map(({ figure, most, measure, format }) => {
    const value = measure(ours);
    return [
      figure,
      `≤ ${format(most)}`,
      `${format(value)}${value > most ? " **missed**" : ""}`,
      peer.map((cost) => format(measure(cost))).join(", "),
      empty.map((cost) => format(measure(cost))).join(", "),
    ];
  });
}

/** The whole report as Markdown. */
export function report(results: Results, date: string): string {
  const { minutes, warmUpSeconds, hertz: reached, ours, peer, empty, load } = results;
  return [
    "# Benchmarks of the dashboard",
    "",
    `Written by \`pnpm bench:dashboard ${minutes}\` on ${date}: ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}.`,
    `The machine's load was ${load.before.toFixed(1)} before and ${load.after.toFixed(1)} after; ${percent(load.used)} of its processors' time was used, the bench's own included.`,
    "",
    `A collector of its own process gets ${primitives.toLocaleString("en")} primitives by OTLP, all of which change ${hertz} times a second`,
    `(here ${reached.toFixed(1)}), and a real Chromium shows the hot spots, drawn by software. The peer is a page in the same run and browser, on the same data:`,
    `Chart.js as it comes and ${primitives.toLocaleString("en")} real table rows, made anew on each tick; ${peer[0]?.seconds} s of it before and after. The empty page,`,
    `for ${empty[0]?.seconds} s before and after, is what the machine gives to a page that does nothing.`,
    "",
    "## What must hold",
    "",
    "| figure | goal | measured | peer | empty page |",
    "| --- | --: | --: | --: | --: |",
    ...goalRows(results).map(row),
    "",
    "## Figures",
    "",
    `${ours.seconds} s, after ${warmUpSeconds} s in which the page's two minutes of trends fill. Times between frames as`,
    "`requestAnimationFrame` tells them; heap and nodes after collections. By the clock a page is busy, too, while another program has",
    "the processor that it was about to use: collector and load share this machine with the browser, at a lower priority.",
    "",
    "| | frame p50 | p95 | p99 | longest | busy, processor | by the clock | heap first | last | nodes first | last |",
    "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ...empty.map((cost) => costRow("empty page", cost)),
    costRow("hot spots", ours),
    ...peer.map((cost) => costRow("peer", cost)),
    "",
  ].join("\n");
}

function costRow(name: string, { frame, busy, used, heap, nodes }: PageCost): string {
  const { p50, p95, p99, max } = frame;
  return row([
    name,
    ...[p50, p95, p99, max].map(ms),
    percent(used),
    percent(busy),
    ...[heap.first, heap.last].map(megabytes),
    ...[nodes.first, nodes.last].map((count) => count.toLocaleString("en")),
  ]);
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function percent(part: number): string {
  return `${(100 * part).toFixed(0)} %`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(2)} MB`;
}
