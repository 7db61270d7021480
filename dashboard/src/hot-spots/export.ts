/** The rows of the table as a file. */

import type { HotSpot, Site } from "@holdup/protocol";
import { siteText } from "../sentence.ts";

const columns: readonly (readonly [string, (spot: HotSpot) => string | number | boolean])[] = [
  ["service", ({ service }) => service],
  ["primitive", ({ primitive }) => primitive.name],
  ["kind", ({ primitive }) => primitive.type],
  ["waiting_now", ({ waiters }) => waiters],
  ["operations", ({ operations }) => operations],
  ["contended", ({ contended }) => contended],
  ["blame_seconds", ({ blameSeconds }) => blameSeconds],
  ["share", ({ share }) => share],
  ["wait_seconds", ({ waitSeconds }) => waitSeconds],
  ["wait_p50_seconds", ({ waitP50 }) => waitP50],
  ["wait_p99_seconds", ({ waitP99 }) => waitP99],
  ["hold_seconds", ({ holdSeconds }) => holdSeconds],
  ["hold_p99_seconds", ({ holdP99 }) => holdP99],
  ["waiter_site", ({ waiterSite }) => placeOf(waiterSite)],
  ["waiter_function", ({ waiterSite }) => waiterSite?.functionName ?? ""],
  ["holder_site", ({ holderSite }) => placeOf(holderSite)],
  ["holder_function", ({ holderSite }) => holderSite?.functionName ?? ""],
  ["exact", ({ exact }) => exact],
];

/** As comma-separated values, RFC 4180, durations in seconds. */
export function toCsv(spots: readonly HotSpot[]): string {
  const lines = [
    columns.map(([name]) => name),
    ...spots.map((spot) => columns.map(([, value]) => value(spot))),
  ];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

/** As JSON, as the collector answers. */
export function toJson(spots: readonly HotSpot[]): string {
  return `${JSON.stringify({ items: spots }, undefined, 2)}\n`;
}

function field(value: string | number | boolean): string {
  const text = typeof value === "string" ? disarmed(value) : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

// A spreadsheet would take a name that begins so for a formula, and run it.
function disarmed(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}

function placeOf(site: Site | null): string {
  return site === null ? "" : siteText(site);
}
