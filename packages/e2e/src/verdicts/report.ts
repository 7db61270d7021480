/** The report that `pnpm verdicts` writes. */

import { changes, type Change } from "./planted.ts";

/** What `holdup bench` said of one change. */
export interface Run {
  readonly change: Change;
  readonly exitCode: number | null;
  readonly verdict: string;
  /** Of the last set: what is red is run twice. */
  readonly rounds: number;
  readonly failures: readonly string[];
  /** What was red at first, and not again. */
  readonly unconfirmed: readonly string[];
  readonly noise: number;
  /** Of the machine, in the minute before its end. */
  readonly load: number;
  /** How long it took. */
  readonly seconds: number;
}

export interface Circumstances {
  /** Of one run of the service. */
  readonly seconds: number;
  readonly machine: string;
  readonly date: string;
}

/** As Markdown. */
export function report(runs: readonly Run[], { seconds, machine, date }: Circumstances): string {
  return [
    "# How often the verdict is right",
    "",
    `Written by \`pnpm verdicts\` on ${date}: ${machine}. \`holdup bench\` compares the checkout service (twelve customers, ${seconds} s a run) with another commit of the same code,`,
    "and with one that holds the lock on the stock 30 % longer, in turns. Red: it ends with exit code 1.",
    "",
    "| change | runs | red | unsure | unchanged | red at first, not again | rounds, median | minutes, median |",
    "| --- | --: | --: | --: | --: | --: | --: | --: |",
    ...changes.map((change) =>
      row(
        change,
        runs.filter((run) => run.change === change),
      ),
    ),
    "",
    "| change | verdict | rounds | noise floor | load of the machine | what it said |",
    "| --- | --- | --: | --: | --: | --- |",
    ...runs.map(
      ({ change, verdict, rounds, noise, load, failures, unconfirmed }) =>
        `| ${change} | ${verdict} | ${rounds} | ${(noise * 100).toFixed(0)} % | ${load.toFixed(1)} | ${said(failures, unconfirmed)} |`,
    ),
    "",
  ].join("\n");
}

function row(change: Change, runs: readonly Run[]): string {
  const count = (of: (run: Run) => boolean): number => runs.filter(of).length;
  const cells = [
    change,
    runs.length,
    count(({ exitCode }) => exitCode === 1),
    count(({ verdict }) => verdict === "unsure"),
    count(({ verdict }) => verdict === "unchanged" || verdict === "improved"),
    count(({ unconfirmed }) => unconfirmed.length > 0),
    middle(runs.map(({ rounds }) => rounds)),
    (middle(runs.map((run) => run.seconds)) / 60).toFixed(1),
  ];
  return `| ${cells.join(" | ")} |`;
}

function said(failures: readonly string[], unconfirmed: readonly string[]): string {
  if (failures.length > 0) return failures[0] ?? "";
  return unconfirmed.length > 0 ? `not again: ${unconfirmed[0]}` : "";
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
