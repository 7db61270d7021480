import { Histogram, type HistogramData } from "@holdup/protocol";
import { change, quantileMs } from "./comparison-markdown.ts";
import type { Comparison, PrimitiveComparison } from "./comparison.ts";
import { diffTree, type DiffNode } from "./diff-tree.ts";
import { flameHtml, milliseconds, type FrameLook } from "./flame-html.ts";
import { nodesOf, type FlameNode } from "./flame-tree.ts";
import { dataScript, escapeHtml, page, table } from "./html.ts";
import { processorSentence, sharePercent, sharePoints } from "./processor-change.ts";
import { siteLabel } from "./site.ts";

/** The trees of both sides. */
export interface ComparedTrees {
  readonly waiters: readonly [base: FlameNode, head: FlameNode];
  readonly holders: readonly [base: FlameNode, head: FlameNode];
  readonly cpu: readonly [base: FlameNode, head: FlameNode];
}

/** How many primitives have their distributions drawn. */
const mostDrawn = 8;

/** A comparison as one page that opens without a server. */
export function comparisonHtml(comparison: Comparison, trees: ComparedTrees): string {
  return page(
    `${comparison.head.name}: what got slower`,
    [
      header(comparison),
      primitives(comparison),
      figures(comparison),
      distributions(comparison),
      findings(comparison),
      diff("Waiting, by who waited", trees.waiters),
      diff("Waiting, by who held meanwhile", trees.holders),
      diff("Processor time", trees.cpu, processor(comparison)),
      dataScript("holdup-comparison", { comparison, trees }),
    ].join("\n"),
  );
}

function header({ head, verdict, failures, processor: changes, doubts }: Comparison): string {
  const hotter = changes.filter((one) => one.verdict === "hotter").map(processorSentence);
  return `<h1>${escapeHtml(head.name)}: ${verdict}</h1>
<ul>${failures.map((sentence) => `<li><strong>${escapeHtml(sentence)}</strong></li>`).join("")}</ul>
${hotter.map((sentence) => `<p>Hotter: ${escapeHtml(sentence)}.</p>`).join("\n")}
${doubts.map((sentence) => `<p class="soft" role="note">${escapeHtml(sentence)}</p>`).join("\n")}`;
}

function primitives({ primitives: all }: Comparison): string {
  const rows = all.map(({ name, type, verdict, base, head }) => {
    const both = (of: (side: NonNullable<typeof base>) => number): string =>
      `${base === null ? "–" : milliseconds(of(base))} → ${head === null ? "–" : milliseconds(of(head))}`;
    return [
      verdict,
      `<strong>${escapeHtml(name)}</strong> ${escapeHtml(type)}`,
      both(({ waits }) => quantileMs(waits, 0.5)),
      both(({ waits }) => quantileMs(waits, 0.99)),
      both(({ holds }) => quantileMs(holds, 0.5)),
      both(({ holds }) => quantileMs(holds, 0.99)),
      both(({ blockedMs }) => blockedMs),
      both(({ blameMs }) => blameMs),
      both(({ handoffMs }) => handoffMs),
    ];
  });
  const head = [
    "verdict",
    "primitive",
    "wait p50",
    "wait p99",
    "hold p50",
    "hold p99",
    "blocked",
    "blame",
    "hand-off",
  ];
  return `<h2>Primitives</h2>${table("Base → head, most waiting first", head, rows)}`;
}

function figures({ primitives: all }: Comparison): string {
  const rows = all.flatMap(({ name, figures: own }) =>
    own.map(({ metric, site, base, head, ratio, low, high, verdict, doubt }) => [
      verdict,
      escapeHtml(name),
      metric,
      site === null ? "" : `<code>${escapeHtml(siteLabel(site))}</code>`,
      milliseconds(base),
      milliseconds(head),
      `${change(ratio)}${low === 0 ? "" : ` [${change(low)}, ${change(high)}]`}`,
      escapeHtml(doubt),
    ]),
  );
  const head = ["verdict", "primitive", "what", "held at", "base", "head", "change", "doubt"];
  return `<h2>Mean per operation</h2>${table("With its 95 % confidence interval", head, rows)}`;
}

function findings({ newFindings, goneFindings }: Comparison): string {
  const rows = [
    ...newFindings.map((one) => ["new", one] as const),
    ...goneFindings.map((one) => ["gone", one] as const),
  ].map(([when, { severity, kind, message, advice }]) =>
    [when, severity, kind, message, advice].map(escapeHtml),
  );
  return `<h2>Findings</h2>${table("New and gone", ["", "severity", "kind", "what", "advice"], rows)}`;
}

function distributions({ primitives: all }: Comparison): string {
  const drawn = all.slice(0, mostDrawn).map(distribution).join("\n");
  return `<h2>How long waits and holds are</h2>
<p class="soft">The share that took no longer than so long: base grey and dashed, head in colour. Further right is slower.</p>
<div style="display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:16px">${drawn}</div>`;
}

function distribution({ name, base, head }: PrimitiveComparison): string {
  const chart = (what: string, of: (side: NonNullable<typeof base>) => HistogramData): string =>
    ecdfSvg(`${name}: ${what}`, base === null ? undefined : of(base), head === null ? undefined : of(head));
  return chart("waits", ({ waits }) => waits) + chart("holds", ({ holds }) => holds);
}

const width = 320;
const height = 140;

function ecdfSvg(label: string, base: HistogramData | undefined, head: HistogramData | undefined): string {
  const curves = [base, head].map((data) => (data === undefined ? [] : ecdf(data)));
  const values = curves.flat().map(([value]) => value);
  if (values.length === 0) return "";
  const low = Math.log(Math.min(...values));
  const high = Math.max(low + 1e-6, Math.log(Math.max(...values)));
  const path = (points: readonly (readonly [number, number])[]): string =>
    points
      .map(([value, share], i) => {
        const x = ((Math.log(value) - low) / (high - low)) * width;
        return `${i === 0 ? "M" : "L"}${x.toFixed(1)} ${((1 - share) * (height - 20)).toFixed(1)}`;
      })
      .join("");
  const [before, after] = curves as [Curve, Curve];
  const ends = [low, high].map((log) => milliseconds(Math.exp(log) * 1000));
  return `<figure style="margin:0"><figcaption>${escapeHtml(label)}</figcaption>
<svg viewBox="0 -4 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}: ${median(base)} in the base, ${median(head)} in the head at the median" style="width:100%">
<path d="${path(before)}" fill="none" stroke="#8b949e" stroke-width="2" stroke-dasharray="5 3"/>
<path d="${path(after)}" fill="none" stroke="#d9822b" stroke-width="2"/>
<text x="0" y="${height - 8}" fill="currentColor" font-size="10">${ends[0]}</text>
<text x="${width}" y="${height - 8}" fill="currentColor" font-size="10" text-anchor="end">${ends[1]}</text>
</svg></figure>`;
}

function median(data: HistogramData | undefined): string {
  return data === undefined ? "nothing" : milliseconds(quantileMs(data, 0.5));
}

type Curve = readonly (readonly [value: number, share: number])[];

/** The share of values up to each bucket's bound, in seconds; those of zero are where it begins. */
function ecdf(data: HistogramData): Curve {
  const histogram = new Histogram();
  histogram.merge(data);
  const { offset, counts, scale } = histogram.toData();
  let seen = histogram.zeroCount;
  const points: [number, number][] = [];
  for (let i = 0; i < counts.length; i++) {
    const count = counts[i] as number;
    if (count === 0) continue;
    const bound = 2 ** ((offset + i) / 2 ** scale);
    if (points.length === 0) points.push([bound, seen / histogram.count]);
    seen += count;
    points.push([2 ** ((offset + i + 1) / 2 ** scale), seen / histogram.count]);
  }
  return points;
}

function diff(
  title: string,
  [base, head]: readonly [FlameNode, FlameNode],
  changes: string = changedTable(title, base, head),
): string {
  return `<h2>${title}</h2>
<p class="soft">${milliseconds(base.total)} in the base, ${milliseconds(head.total)} in the head. Red: a larger share of the whole than in the base; blue: a smaller one.</p>
${flameHtml(`${title}, as wide as in the head`, diffTree(base, head, "head"), diffLook)}
<details><summary>As wide as in the base, with what is gone</summary>
${flameHtml(`${title}, as wide as in the base`, diffTree(base, head, "base"), diffLook)}</details>
${changes}`;
}

function changedTable(title: string, base: FlameNode, head: FlameNode): string {
  return table(
    `${title}: what changed most`,
    ["function", "base", "head", "change"],
    changedMost(base, head),
  );
}

/** How many functions are listed. */
const mostListed = 10;

function processor({ processor: changes }: Comparison): string {
  const rows = changes
    .slice(0, mostListed)
    .map(({ verdict, site, base, head, baseMs, headMs, difference, low, high }) => [
      verdict,
      `<code>${escapeHtml(siteLabel(site))}</code>`,
      `${sharePercent(base)}, ${milliseconds(baseMs)}`,
      `${sharePercent(head)}, ${milliseconds(headMs)}`,
      `${sharePoints(difference)}${high === 1 ? "" : ` [${sharePoints(low)}, ${sharePoints(high)}]`}`,
    ]);
  return table(
    "Processor time of the program’s functions, each with what it calls of Node and of dependencies, of a run on average: what changed most, with its 95 % confidence interval in points",
    ["verdict", "function", "base", "head", "change"],
    rows,
  );
}

/** Changes of less than this share of the whole are not coloured. */
const smallestShare = 0.005;

function diffLook(node: FlameNode): FrameLook {
  const { baseShare, headShare } = node as DiffNode;
  const difference = headShare - baseShare;
  const className = difference > smallestShare ? "worse" : difference < -smallestShare ? "better" : "same";
  return {
    className,
    detail: `${(baseShare * 100).toFixed(1)} % of the base, ${(headShare * 100).toFixed(1)} % of the head (${sharePoints(difference)} points)`,
  };
}

function changedMost(base: FlameNode, head: FlameNode): string[][] {
  const shares = new Map<string, { label: string; base: number; head: number }>();
  const add = (tree: FlameNode, side: "base" | "head"): void => {
    for (const { name, file, self } of nodesOf(tree)) {
      const key = `${name} ${file}`;
      const row = shares.get(key) ?? { label: key.trim(), base: 0, head: 0 };
      row[side] += tree.total === 0 ? 0 : self / tree.total;
      shares.set(key, row);
    }
  };
  add(base, "base");
  add(head, "head");
  return [...shares.values()]
    .toSorted((a, b) => Math.abs(b.head - b.base) - Math.abs(a.head - a.base))
    .filter((row) => Math.abs(row.head - row.base) >= smallestListed)
    .slice(0, mostListed)
    .map((row) => [
      `<code>${escapeHtml(row.label)}</code>`,
      sharePercent(row.base),
      sharePercent(row.head),
      `${sharePoints(row.head - row.base)} points`,
    ]);
}

/** Smaller changes would be shown as none. */
const smallestListed = 0.0005;
