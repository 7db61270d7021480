import { change, countsOf, siteLabel, type BenchResult, type Comparison } from "@holdup/recording";
import { hotterSentences } from "./compare.ts";

/** What a bench says, for the terminal. */
export function benchText(
  { rounds, noise, figures, counts, newFindings, verdict, failures }: BenchResult,
  unconfirmed: readonly string[],
  comparison: Comparison,
): string {
  const shown = figures.map(({ primitive, metric, site, paired, base, head, verdict: judged }) => {
    const what = `${metric} of ${primitive}${site === null ? "" : ` at ${siteLabel(site)}`}`;
    const values = `${base.toPrecision(3)} → ${head.toPrecision(3)} ms`;
    return `${judged.padEnd(9)}  ${what}: ${values}, ${change(paired.ratio)} [${change(paired.low)}, ${change(paired.high)}]`;
  });
  const exact = counts
    .filter(({ base, head }) => base !== head)
    .map(
      ({ primitive, what, base, head, verdict: judged }) =>
        `${judged.padEnd(9)}  ${what} of ${primitive}: ${base} → ${head}`,
    );
  return [
    "",
    ...shown,
    ...exact,
    "",
    `Noise floor: the base differs from itself by up to ±${Math.round(noise * 100)} %, in ${rounds} rounds.`,
    `${countsOf(counts.length)} the same in every run of a side and compared exactly.`,
    ...newFindings.map(
      ({ finding: { severity, message }, runs, of }) =>
        `new finding (${severity}), in ${runs} of ${of} runs of the head: ${message}`,
    ),
    ...hotterSentences(comparison),
    ...unconfirmed.map((sentence) => `Red in only one of two sets of rounds: ${sentence}`),
    ...failures,
    `All in all: ${verdict}.`,
  ].join("\n");
}
