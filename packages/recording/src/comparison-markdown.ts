import { Histogram, type Finding, type HistogramData } from "@holdup/protocol";
import type { Comparison, Figure, PrimitiveComparison } from "./comparison.ts";
import { milliseconds } from "./flame-html.ts";
import { sharePercent, sharePoints } from "./processor-change.ts";
import { siteLabel } from "./site.ts";

/** GitHub takes no longer job summary of a step; a comment takes 65536 characters. */
export const summaryBudgetBytes: number = 2 ** 20;

/** Verdicts with a sign, which is not only a colour. */
export const verdictMarks: Readonly<Record<PrimitiveComparison["verdict"], string>> = {
  regressed: "🔴 regressed",
  improved: "🟢 improved",
  unchanged: "⚪ unchanged",
  unsure: "🟡 unsure",
  new: "new",
  gone: "gone",
};

/** A comparison for a job's summary or a comment, no longer than so many bytes. */
export function comparisonMarkdown(comparison: Comparison, budgetBytes: number = summaryBudgetBytes): string {
  const start = [...headline(comparison), ...tableHead];
  const rows = comparison.primitives.map(row);
  const end = [
    ...details(comparison),
    ...processor(comparison),
    ...findings(comparison),
    ...doubts(comparison),
  ];
  const parts = [...start, ...rows, ...end];
  if (bytesOf(parts) <= budgetBytes) return `${parts.join("\n")}\n`;
  // The worst stand first; what does not fit is counted.
  return `${[...start, ...fitting(rows, budgetBytes - bytesOf(start) - 200)].join("\n")}\n`;
}

function bytesOf(lines: readonly string[]): number {
  return new TextEncoder().encode(lines.join("\n")).length + 1;
}

function fitting(rows: readonly string[], budgetBytes: number): string[] {
  let left = budgetBytes;
  const shown: string[] = [];
  for (const line of rows) {
    left -= bytesOf([line]);
    if (left < 0) break;
    shown.push(line);
  }
  return [
    ...shown,
    "",
    `${rows.length - shown.length} more primitives, and the details, are in comparison.json.`,
  ];
}

function headline({ verdict, failures, base, head }: Comparison): string[] {
  return [
    `## Waiting: ${verdictMarks[verdict]}`,
    "",
    ...failures.map((sentence) => `- **${escapeMarkdown(sentence)}**`),
    ...(failures.length === 0 ? [] : [""]),
    `${escapeMarkdown(head.name)}: ${recordings(base.recordings)} of the base, ${recordings(head.recordings)} of the head.`,
    "",
  ];
}

function recordings(count: number): string {
  return `${count} recording${count === 1 ? "" : "s"}`;
}

const tableHead = [
  "| | primitive | wait p50 | wait p99 | hold p50 | hold p99 | blocked | blame | hand-off |",
  "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
];

function row({ name, type, verdict, base, head }: PrimitiveComparison): string {
  const both = (of: (side: NonNullable<typeof base>) => number): string =>
    `${base === null ? "–" : milliseconds(of(base))} → ${head === null ? "–" : milliseconds(of(head))}`;
  const cells = [
    verdictMarks[verdict],
    `**${escapeMarkdown(name)}** ${type}`,
    both(({ waits }) => quantileMs(waits, 0.5)),
    both(({ waits }) => quantileMs(waits, 0.99)),
    both(({ holds }) => quantileMs(holds, 0.5)),
    both(({ holds }) => quantileMs(holds, 0.99)),
    both(({ blockedMs }) => blockedMs),
    both(({ blameMs }) => blameMs),
    both(({ handoffMs }) => handoffMs),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** A percentile of a histogram of seconds, in milliseconds. */
export function quantileMs(data: HistogramData, q: number): number {
  const histogram = new Histogram();
  histogram.merge(data);
  return histogram.quantile(q) * 1000;
}

const metricNames = { hold: "hold", wait: "wait per operation", handoff: "hand-off per wait" } as const;

function details({ primitives }: Comparison): string[] {
  const lines = primitives.flatMap((primitive) =>
    primitive.figures.map((figure) => figureRow(primitive, figure)),
  );
  if (lines.length === 0) return [];
  return [
    "",
    "<details><summary>Mean per operation, with its 95 % confidence interval</summary>",
    "",
    "| | primitive | what | base | head | change | |",
    "| --- | --- | --- | --- | --- | --- | --- |",
    ...lines,
    "",
    "</details>",
  ];
}

function figureRow({ name }: PrimitiveComparison, figure: Figure): string {
  const { metric, site, base, head, ratio, low, high, verdict, doubt } = figure;
  const interval = low === 0 ? "" : ` [${change(low)}, ${change(high)}]`;
  const cells = [
    verdictMarks[verdict],
    escapeMarkdown(name),
    metricNames[metric] + (site === null ? "" : ` at ${escapeMarkdown(siteLabel(site))}`),
    milliseconds(base),
    milliseconds(head),
    `${change(ratio)}${interval}`,
    doubt,
  ];
  return `| ${cells.join(" | ")} |`;
}

/** How many functions are listed. */
const mostListed = 10;

function processor({ processor: changes }: Comparison): string[] {
  if (changes.length === 0) return [];
  const rows = changes
    .slice(0, mostListed)
    .map(({ verdict, site, base, head, low, high }) =>
      [
        verdict,
        escapeMarkdown(siteLabel(site)),
        sharePercent(base),
        sharePercent(head),
        high === 1 ? "" : `[${sharePoints(low)}, ${sharePoints(high)}]`,
      ].join(" | "),
    );
  return [
    "",
    "<details><summary>Processor time: what changed most</summary>",
    "",
    "| | function, with what it calls of Node and of dependencies | base | head | points |",
    "| --- | --- | --- | --- | --- |",
    ...rows.map((cells) => `| ${cells} |`),
    "",
    "</details>",
  ];
}

/** A ratio as a change: `+31 %`. */
export function change(ratio: number): string {
  if (ratio >= 10) return `×${ratio.toPrecision(2)}`;
  const percent = Math.round((ratio - 1) * 100);
  return `${percent > 0 ? "+" : percent < 0 ? "−" : "±"}${Math.abs(percent)} %`;
}

function findings({ newFindings, goneFindings }: Comparison): string[] {
  const lines = [
    ...newFindings.map((finding) => findingLine("**new**", finding)),
    ...goneFindings.map((finding) => findingLine("gone", finding)),
  ];
  return lines.length === 0 ? [] : ["", "### Findings", "", ...lines];
}

function findingLine(mark: string, { severity, kind, message }: Finding): string {
  return `- ${mark} ${severity}, ${kind}: ${escapeMarkdown(message)}`;
}

function doubts({ doubts: all }: Comparison): string[] {
  return all.length === 0 ? [] : ["", ...all.map((sentence) => `> ${escapeMarkdown(sentence)}  `)];
}

/** Text as it stands in Markdown: names come from programs, and neither a table nor a mention of somebody may come out of one. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\r\n]+/g, " ")
    .replaceAll(/[&<>\\`*_[\]|~#!]/g, (character) =>
      "&<>".includes(character) ? `&#${character.charCodeAt(0)};` : `\\${character}`,
    )
    .replaceAll("@", "@\u200B");
}
