/** The rows of the table as a file. */

import type { HotSpot, Site } from "@holdup/protocol";
import { isReport, type Group } from "../location.ts";
import { siteText } from "../sentence.ts";
import { columnsWithout } from "./own-columns.ts";

type Column = readonly [name: string, value: (spot: HotSpot) => string | number | boolean];

const columns: readonly Column[] = [
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

// Beside each column of the table those that are the primitive's when it is.
const alongWith: Readonly<Record<string, readonly string[]>> = {
  waiters: ["waiting_now"],
  operations: ["operations", "contended"],
  waitP99: ["wait_seconds", "wait_p50_seconds", "wait_p99_seconds"],
  holdP99: ["hold_seconds", "hold_p99_seconds"],
};

/** As comma-separated values, RFC 4180, durations in seconds; without the columns that such rows go without. */
export function toCsv(spots: readonly HotSpot[], group: Group = "name"): string {
  const without = new Set(columnsWithout(group, isReport).flatMap((id) => alongWith[id] ?? []));
  const shown = columns.filter(([name]) => !without.has(name));
  const lines = [shown.map(([name]) => name), ...spots.map((spot) => shown.map(([, value]) => value(spot)))];
  return lines.map((line) => `${line.map(field).join(",")}\r\n`).join("");
}

/** As JSON, as the collector answers. */
export function toJson(spots: readonly HotSpot[]): string {
  return `${JSON.stringify({ items: spots }, undefined, 2)}\n`;
}

function field(value: string | number | boolean): string {
  // What is not known is an empty field.
  if (Number.isNaN(value)) return "";
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
