import type { BenchResult } from "./bench-result.ts";
import {
  change,
  comparisonMarkdown,
  escapeMarkdown,
  summaryBudgetBytes,
  verdictMarks,
} from "./comparison-markdown.ts";
import type { Comparison } from "./comparison.ts";
import { milliseconds } from "./flame-html.ts";
import { processorSentence } from "./processor-change.ts";
import { siteLabel } from "./site.ts";

/** What a bench says, for a job's summary; below it the comparison of all its recordings, as far as there is room. */
export function benchMarkdown(
  result: BenchResult,
  unconfirmed: readonly string[],
  comparison: Comparison,
  budgetBytes: number = summaryBudgetBytes,
): string {
  const text = `${[...head(result, unconfirmed), ...figures(result), ...counts(result), ...findings(result), ...hotter(comparison)].join("\n")}\n\n`;
  const left = budgetBytes - new TextEncoder().encode(text).length - wrapper.join("").length;
  // In the bench's verdict lies the answer; what follows is to look around in.
  return text + wrapper.join(comparisonMarkdown({ ...comparison, failures: [] }, left));
}

function hotter({ processor }: Comparison): string[] {
  const sentences = processor.filter(({ verdict }) => verdict === "hotter").map(processorSentence);
  return sentences.length === 0
    ? []
    : ["", ...sentences.map((sentence) => `- hotter: ${escapeMarkdown(sentence)}`)];
}

const wrapper = ["<details><summary>All recordings together</summary>\n\n", "\n</details>\n"] as const;

function head({ verdict, failures, rounds, noise }: BenchResult, unconfirmed: readonly string[]): string[] {
  return [
    `# Holdup: ${verdictMarks[verdict]}`,
    "",
    ...failures.map((sentence) => `- **${escapeMarkdown(sentence)}**`),
    ...unconfirmed.map((sentence) => `- red in only one of two sets of rounds: ${escapeMarkdown(sentence)}`),
    ...(failures.length + unconfirmed.length > 0 ? [""] : []),
    `${rounds} rounds, base and head in turns. Noise floor: the base differs from itself by up to ±${Math.round(noise * 100)} %.`,
    "",
  ];
}

function figures({ figures: all }: BenchResult): string[] {
  if (all.length === 0) return ["Nothing was waited for or held often enough to be measured."];
  const rows = all.map(({ verdict, primitive, metric, site, base, head: after, paired, self }) =>
    [
      verdictMarks[verdict],
      escapeMarkdown(primitive),
      metric + (site === null ? "" : ` at ${escapeMarkdown(siteLabel(site))}`),
      `${milliseconds(base)} → ${milliseconds(after)}`,
      `${change(paired.ratio)} [${change(paired.low)}, ${change(paired.high)}]`,
      `[${change(self.low)}, ${change(self.high)}]`,
    ].join(" | "),
  );
  return [
    "| | primitive | what is usual | base → head | change | base and itself |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map((row) => `| ${row} |`),
  ];
}

function counts({ counts: all }: BenchResult): string[] {
  const different = all.filter(({ base, head: after }) => base !== after);
  return [
    "",
    `${countsOf(all.length)} the same in every run of a side; ${different.length} of them differ between base and head.`,
    ...different.map(
      ({ verdict, primitive, what, base, head: after }) =>
        `- ${verdictMarks[verdict]}: ${what} of ${escapeMarkdown(primitive)}, ${base} → ${after}`,
    ),
  ];
}

function findings({ newFindings }: BenchResult): string[] {
  if (newFindings.length === 0) return [];
  return [
    "",
    ...newFindings.map(
      ({ finding: { severity, kind, message, advice }, runs, of }) =>
        `- new ${severity}, ${kind}, in ${runs} of ${of} runs of the head: ${escapeMarkdown(message)} ${escapeMarkdown(advice)}`,
    ),
  ];
}

/** The start of a sentence: `1 count was`, `3 counts were`. */
export function countsOf(length: number): string {
  return length === 1 ? "1 count was" : `${length} counts were`;
}
