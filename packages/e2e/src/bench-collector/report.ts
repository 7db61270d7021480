/** The report that `pnpm bench:collector` writes: what the collector costs, beside what must hold. */

import { cpus, totalmem } from "node:os";
import type { Cost } from "../bench/measure.ts";
import { batchItems } from "./batches.ts";
import type { DecodeCost, DecodeCosts } from "./decode.ts";
import type { IngestCost } from "./ingest.ts";

/** How many times as fast as the peer it has to be. */
const goals = { decode: 8, ingest: 4 } as const;

export interface StoreCost {
  readonly rows: number;
  readonly series: number;
  /** What is measured, and the figure. */
  readonly figures: readonly (readonly [what: string, figure: string])[];
}

export interface Results {
  readonly store: StoreCost;
  readonly decode: DecodeCosts;
  readonly ingest: IngestCost;
}

/** A figure, its goal and what was measured; each a text. */
type Row = readonly [figure: string, goal: string, measured: string];

/** The rows of the table of goals. */
export function goalRows({ decode: { spans, points }, ingest }: Results): Row[] {
  return [
    atLeast(
      "spans, bytes → what `kept-wait.ts` consumes: protobufjs static + walk / ours",
      goals.decode,
      times(spans),
    ),
    atLeast(
      "points, bytes → what `aggregate.ts` consumes: protobufjs static + walk / ours",
      goals.decode,
      times(points),
    ),
    ingestRow(ingest),
  ];
}

function atLeast(figure: string, goal: number, value: number): Row {
  return [figure, `≥ ${goal} ×`, `${value.toFixed(2)} ×${value < goal ? " **missed**" : ""}`];
}

// Missed only if the whole interval lies below, met only if none of it does.
function ingestRow({ ratio: { median, low, high } }: IngestCost): Row {
  const verdict = high < goals.ingest ? " **missed**" : low < goals.ingest ? " **not decided**" : "";
  return [
    "ingest, gzip, durable ack, items per CPU-second: ours / express + protobufjs",
    `≥ ${goals.ingest} ×`,
    `${median.toFixed(2)} × (95 %: ${low.toFixed(2)} to ${high.toFixed(2)})${verdict}`,
  ];
}

function times({ ours, official }: DecodeCost): number {
  return official.median / ours.median;
}

/** The whole report as Markdown. */
export function report(results: Results, date: string): string {
  const { store, decode, ingest } = results;
  return [
    "# Benchmarks of the collector",
    "",
    `Written by \`pnpm bench:collector ${store.rows} ${store.series}\` on ${date}: ${cpus().length} × ${cpus()[0]?.model ?? "?"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}.`,
    "",
    "## What must hold",
    "",
    "| figure | goal | measured |",
    "| --- | --: | --: |",
    ...goalRows(results).map(row),
    "",
    "## Decoding",
    "",
    `CPU time of the thread, cases interleaved in random order. Bodies of ${batchItems} waits and holds`,
    `(${kilobytes(decode.spans.bodyBytes)} kB) or ${batchItems} points of metrics (${kilobytes(decode.points.bodyBytes)} kB), as Holdup's programs send them. Both ways`,
    "give equal values, which is checked first. The last row decodes and does nothing with what it read.",
    "",
    "| ns an item | a span, best | a span, median | a point, best | a point, median |",
    "| --- | --: | --: | --: | --: |",
    decodeRow("ours", decode, "ours"),
    decodeRow("protobufjs static + walk", decode, "official"),
    decodeRow("protobufjs static alone", decode, "classes"),
    "",
    "## Ingest",
    "",
    "`holdup serve` with its SQLite store, durable before it answers, against express, `express.raw`, `gunzipSync`,",
    "protobufjs static and a count of each primitive in memory, which keeps nothing. Each in a process of its own;",
    `the same ${ingest.items.toLocaleString("en")} items a burst, spans and points by halves, in gzip bodies of ${kilobytes(ingest.bodyBytes)} kB (the mean) over eight`,
    `kept connections on the loopback; ${ingest.pairs} pairs of bursts in turns. CPU time is the whole process's: the merge that`,
    `follows a burst within a second is counted, and what the collector uses meanwhile anyway (${(ingest.idleShare * 100).toFixed(0)} % of it).`,
    "",
    "| | items per CPU-second, median |",
    "| --- | --: |",
    `| collector | ${whole(ingest.ours)} |`,
    `| the collector's reader alone | ${whole(ingest.reader)} |`,
    `| peer | ${whole(ingest.peer)} |`,
    "",
    "The reader alone is the peer's job done with the collector's parts: bare node:http, `body.ts`, the token, the decoder, and a",
    `count of each primitive. It is ${ingest.readerRatio.median.toFixed(2)} × the peer (95 %: ${ingest.readerRatio.low.toFixed(2)} to ${ingest.readerRatio.high.toFixed(2)}): reading a span or a point takes ${microseconds(ingest.reader)} µs, and to keep`,
    `it (journal, tiers, live view, the database's thread) another ${(1e6 / ingest.ours - 1e6 / ingest.reader).toFixed(1)} µs, which the peer does not do at all.`,
    "",
    "## Store",
    "",
    `${store.rows.toLocaleString("en")} rows (a row is one series in ten seconds) of ${store.series.toLocaleString("en")} series are merged into a new SQLite file by one thread,`,
    "in all tiers; then it is asked. CPU time of the process.",
    "",
    "| | |",
    "| --- | --: |",
    ...store.figures.map(row),
    "",
  ].join("\n");
}

function decodeRow(
  name: string,
  { spans, points }: DecodeCosts,
  of: "ours" | "official" | "classes",
): string {
  return row([name, ...figures(spans[of]), ...figures(points[of])]);
}

function figures({ best, median }: Cost): string[] {
  return [whole(best), whole(median)];
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
const whole = (value: number): string => Math.round(value).toLocaleString("en");
const microseconds = (perSecond: number): string => (1e6 / perSecond).toFixed(1);
const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(0);
