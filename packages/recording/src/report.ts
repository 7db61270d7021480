import { Histogram, type HistogramData, type Site } from "@holdup/protocol";
import { flameHtml, milliseconds, plainLook } from "./flame-html.ts";
import { topFrames, waitTree, type FlameNode } from "./flame-tree.ts";
import { dataScript, escapeHtml, page, table } from "./html.ts";
import type { HolderRow, PrimitiveRecord } from "./primitive-record.ts";
import type { Recording } from "./recording.ts";
import { siteLabel } from "./site.ts";

/** What a report holds as data, in the element `holdup-recording`. */
export interface ReportData {
  readonly recording: Recording;
  /** Where the processor's time went. */
  readonly cpu: FlameNode;
}

/** How many rows a table of a report has at most. */
const mostRows = 100;

/** How many bytes of flight recordings, as JSON, a report carries; `contention.json` has them all. */
const mostFlightBytes = 4 * 2 ** 20;

/** A recording as one page that opens without a server. */
export function reportHtml(recording: Recording, cpu: FlameNode): string {
  return page(
    `${recording.name}: what it waited for`,
    [
      header(recording),
      findings(recording),
      primitives(recording),
      flame("Waiting, by who waited", waitTree(recording.stacks.waiters)),
      flame("Waiting, by who held meanwhile", waitTree(recording.stacks.holders)),
      flame("Processor time", cpu),
      threads(recording),
      dataScript("holdup-recording", { recording: withoutLongFlights(recording), cpu } satisfies ReportData),
    ].join("\n"),
  );
}

function header({ name, startedAt, durationMs, exitCode, primitives: all, missing }: Recording): string {
  const blocked = all.reduce((sum, { blockedMs }) => sum + blockedMs, 0);
  const when = new Date(startedAt).toISOString();
  return `<h1>${escapeHtml(name)}</h1>
<p class="soft">Recorded ${when} for ${milliseconds(durationMs)}; it ended with exit code ${exitCode}.</p>
<p>All its waiting together took <strong>${milliseconds(blocked)}</strong>.</p>
${missing.map((sentence) => `<p role="note">${escapeHtml(sentence)}</p>`).join("\n")}`;
}

function findings({ findings: all }: Recording): string {
  const rows = all
    .slice(0, mostRows)
    .map(({ severity, kind, message, advice, count }) =>
      [severity, kind, message, advice, String(count)].map(escapeHtml),
    );
  return `<h2>Findings</h2>${table("What is wrong", ["severity", "kind", "what", "advice", "times"], rows)}`;
}

function primitives({ primitives: all }: Recording): string {
  const rows = all
    .slice(0, mostRows)
    .map((primitive) => [
      `<strong>${escapeHtml(primitive.name)}</strong> ${escapeHtml(primitive.type)}`,
      String(primitive.operations),
      String(primitive.contended),
      milliseconds(primitive.blockedMs),
      quantiles(primitive.waits),
      quantiles(holdsOf(primitive)),
      milliseconds(primitive.handoffMs),
      site(topHolder(primitive)?.site ?? null),
      site(topWaiter(primitive)),
    ]);
  const head = [
    "primitive",
    "operations",
    "had to wait",
    "blocked",
    "wait p50 / p99",
    "hold p50 / p99",
    "hand-off",
    "held most at",
    "waited most at",
  ];
  return `<h2>What it waited for</h2>${table("Primitives, most waiting first", head, rows)}`;
}

/** The place where those held that are to blame for the most waiting. */
export function topHolder({ byHolder }: PrimitiveRecord): HolderRow | undefined {
  return byHolder
    .toSorted((a, b) => b.blameMs - a.blameMs || b.holdMs - a.holdMs)
    .find((row) => row.site !== null);
}

function topWaiter({ byWaiter }: PrimitiveRecord): Site | null {
  return (
    byWaiter.toSorted((a, b) => b.blockedMs - a.blockedMs).find((row) => row.site !== null)?.site ?? null
  );
}

/** All holds of a primitive, wherever they were taken. */
export function holdsOf({ holds }: PrimitiveRecord): Histogram {
  const all = new Histogram();
  for (const { durations } of holds) all.merge(durations);
  return all;
}

function quantiles(data: HistogramData): string {
  const all = new Histogram();
  all.merge(data);
  return `${milliseconds(all.quantile(0.5) * 1000)} / ${milliseconds(all.quantile(0.99) * 1000)}`;
}

function site(place: Site | null): string {
  return place === null ? "–" : `<code>${escapeHtml(siteLabel(place))}</code>`;
}

function flame(title: string, tree: FlameNode): string {
  const rows = topFrames(tree)
    .slice(0, 15)
    .map(({ name, file, line, self, total }) => [
      `<code>${escapeHtml(name)}${file === "" ? "" : ` ${escapeHtml(file)}${line > 0 ? `:${line}` : ""}`}</code>`,
      milliseconds(self),
      milliseconds(total),
    ]);
  return `<h2>${title}</h2>
${flameHtml(title, tree, plainLook(tree))}
<details><summary>The same as a table</summary>${table(`${title}: functions`, ["function", "itself", "with what it called"], rows)}</details>`;
}

function threads({ threads: all }: Recording): string {
  const rows = all.map(({ label, script, node, durationMs, losses }) =>
    [
      label,
      script,
      node,
      milliseconds(durationMs),
      `${losses.spans} spans, ${losses.sites} sites, ${losses.primitives} primitives`,
    ].map(escapeHtml),
  );
  return `<h2>What was recorded</h2>${table("Threads", ["thread", "script", "Node", "for", "left out"], rows)}`;
}

function withoutLongFlights(recording: Recording): Recording {
  let bytes = 0;
  const flights = recording.flights.filter(({ flight }) => {
    bytes += JSON.stringify(flight).length;
    return bytes <= mostFlightBytes;
  });
  return { ...recording, flights };
}
