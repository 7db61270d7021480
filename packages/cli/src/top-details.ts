/** Everything of one primitive, in lines: what it cost, who held it, who waited, what was found. */

import type { HolderActivities, KeptFinding, Party, PrimitiveDetail } from "@holdup/protocol";
import { bar, count, countOf, duration, rate, share } from "./top-figure.ts";
import { line, piece, type Line, type Tone } from "./top-line.ts";
import type { Report, Row } from "./top-report.ts";
import { nameText, siteText } from "./top-table.ts";
import { cut, cutPath, harmless, padEnd, padStart, wrap } from "./top-text.ts";

/** How many sites of a kind are told, and how many activities of one. */
const maxSites = 10;
const maxActivities = 3;
const maxHolders = 3;

/** `detail` is undefined until it has come, and null if there is none. */
export function detailLines(
  row: Row,
  detail: PrimitiveDetail | null | undefined,
  report: Report,
  width: number,
): Line[] {
  const found = report.findings.filter((finding) => isAbout(finding, row));
  return [
    ...costs(row, width),
    ...(detail === undefined || detail === null
      ? [line(), line(piece(detail === null ? "Nothing was heard of it in this window." : "…", "quiet"))]
      : [
          ...distributions(detail),
          ...holders(detail, width),
          ...waiters(detail, width),
          ...rightNow(detail, width),
        ]),
    ...findings(found, report.time, width),
  ];
}

/** Whether a finding is about that row's primitive. */
export function isAbout({ service, primitives }: KeptFinding, { spot }: Row): boolean {
  return service === spot.service && primitives.includes(spot.primitive.name);
}

function costs({ spot, blameRate, operationRate }: Row, width: number): Line[] {
  const part = spot.operations === 0 ? 0 : spot.contended / spot.operations;
  return [
    line(
      piece(nameText(spot.primitive.name), "strong"),
      piece(`  ${harmless(spot.primitive.type)} of service ${harmless(spot.service)}`, "quiet"),
    ),
    ...wrap(
      `Causes ${share(spot.share)} of all waiting: ${rate(blameRate)} in each second. ` +
        `${count(operationRate)} operations/s, ${share(part)} of them had to wait.` +
        (spot.exact ? "" : " Estimated from sampled spans."),
      width,
    ).map((text) => line(text)),
  ];
}

function distributions({ wait, hold, handoff }: PrimitiveDetail): Line[] {
  const rows = [
    ["wait", wait],
    ["hold", hold],
    ["hand-off", handoff],
  ] as const;
  const header = ["p50", "p90", "p99", "max"].map((text) => padStart(text, 9)).join("");
  return [
    line(),
    line(piece(padEnd("", 9) + header, "head")),
    ...rows.map(([name, { p50, p90, p99, max }]) =>
      line(
        padEnd(name, 9),
        ...[p50, p90, p99, max].map((value) =>
          piece(padStart(duration(value), 9), value > 0 ? "plain" : "quiet"),
        ),
      ),
    ),
  ];
}

const barWidth = 12;
const siteStart = barWidth + 1 + 6 + 2 + 8 + 2 + 8 + 2;

function siteHeader(title: string, first: string, second: string): Line[] {
  const figures = `${padEnd("", barWidth + 7)}  ${padStart(first, 8)}  ${padStart(second, 8)}  `;
  return [line(), line(piece(padEnd(title, barWidth + 7) + figures.slice(barWidth + 7), "head"))];
}

function siteLine(part: number, first: number, second: number, site: string, width: number): Line {
  return line(
    piece(padEnd(bar(part, barWidth), barWidth + 1), "bar"),
    `${padStart(share(part), 6)}  ${padStart(duration(first), 8)}  ${padStart(duration(second), 8)}  `,
    cutPath(site, Math.max(15, width - siteStart)),
  );
}

function holders({ holderSites, activities, blameSeconds }: PrimitiveDetail, width: number): Line[] {
  const blamed = holderSites.filter((site) => site.blameSeconds > 0);
  if (blamed.length === 0) return [];
  return [
    ...siteHeader("HELD AT", "BLAME", "HOLD p99"),
    ...blamed.slice(0, maxSites).flatMap(({ site, blameSeconds: own, holdP99 }) => {
      const place = site === null ? "nobody held it" : siteText(site);
      const held = activities.find(({ holderSite }) => JSON.stringify(holderSite) === JSON.stringify(site));
      return [
        siteLine(own / blameSeconds, own, holdP99, place, width),
        ...(held === undefined ? [] : heldLines(held, width)),
      ];
    }),
    ...moreLine(blamed.length),
  ];
}

// "held 40.0 ms on average: 36.0 ms in SELECT stock, 3.0 ms waiting for payments"
function heldLines({ holds, activities }: HolderActivities, width: number): Line[] {
  if (holds === 0 || activities.length === 0) return [];
  const total = activities.reduce((sum, { seconds }) => sum + seconds, 0);
  const parts = activities
    .slice(0, maxActivities)
    .map(({ name, seconds }) => `${duration(seconds / holds)} ${harmless(name)}`);
  return indented(
    `held ${duration(total / holds)} on average: ${parts.join(", ")}`,
    width < 110 ? 8 : siteStart,
    width,
  );
}

function waiters({ waiterSites, wait }: PrimitiveDetail, width: number): Line[] {
  const waited = waiterSites.filter(({ waitSeconds }) => waitSeconds > 0);
  if (waited.length === 0) return [];
  return [
    ...siteHeader("WAITED FOR AT", "WAITED", "WAIT p99"),
    ...waited
      .slice(0, maxSites)
      .map(({ site, waitSeconds, waitP99 }) =>
        siteLine(
          waitSeconds / wait.sum,
          waitSeconds,
          waitP99,
          site === null ? "places that were not looked up" : siteText(site),
          width,
        ),
      ),
    ...moreLine(waited.length),
  ];
}

function moreLine(total: number): Line[] {
  return total <= maxSites ? [] : [line(piece(`… and ${count(total - maxSites)} more places`, "quiet"))];
}

function rightNow({ waiters: waiting, holders: holding, state }: PrimitiveDetail, width: number): Line[] {
  const longest = state?.waiters.toSorted((a, b) => b.sinceMs - a.sinceMs)[0];
  const since = longest === undefined ? "" : `, the longest for ${duration(longest.sinceMs / 1000)}`;
  return [
    line(),
    line(piece("RIGHT NOW", "head")),
    line(`${count(holding)} hold it, ${count(waiting)} wait${since}`),
    ...(state?.holders ?? []).slice(0, maxHolders).map((party) => line(cut(holderText(party), width))),
  ];
}

// "  held for 12.4 ms by order 7 at src/inventory.ts:46 (reserve)"
function holderText({ task, site, sinceMs }: Party): string {
  const by = task === null ? "" : ` by ${harmless(task)}`;
  const at = site === null ? "" : ` at ${siteText(site)}`;
  return `  held for ${duration(sinceMs / 1000)}${by}${at}`;
}

const tones: Readonly<Record<string, Tone>> = { error: "bad", warning: "warning" };

function findings(found: readonly KeptFinding[], now: number, width: number): Line[] {
  if (found.length === 0) return [];
  return [
    line(),
    line(piece("FINDINGS", "head")),
    ...found.flatMap((finding) => {
      const { kind, severity, message, advice, count: times, lastSeen } = finding;
      const ago = duration(Math.max(1, Math.round((now - lastSeen) / 1000)));
      return [
        line(
          piece(`${harmless(severity)}: ${harmless(kind)}`, tones[severity] ?? "strong"),
          piece(`  ${countOf(times, "time")}, last ${ago} ago`, "quiet"),
        ),
        ...indented(harmless(message), 2, width),
        ...indented(harmless(advice), 2, width, "quiet"),
      ];
    }),
  ];
}

function indented(text: string, by: number, width: number, tone?: Tone): Line[] {
  return wrap(text, Math.max(20, width - by)).map((part) => line(" ".repeat(by), piece(part, tone)));
}
