import type { KeptFinding } from "@holdup/protocol";
import { siteText } from "../sentence.ts";
import { whyOf } from "./why.ts";

/** A finding as the Markdown of an issue. */
export function issueOf(finding: KeptFinding, where: string): string {
  const { kind, severity, service, message, advice, primitives, sites, count, firstSeen, lastSeen } = finding;
  const why = whyOf(kind);
  const lines = [
    `## ${words(kind)}: ${primitives.length === 0 ? service : primitives.map(code).join(", ")}`,
    "",
    plain(message),
    "",
    `- severity: ${severity}`,
    `- service: ${code(service)}`,
    `- seen ${count === 1 ? "once" : `${count} times`}, first ${iso(firstSeen)}, last ${iso(lastSeen)}`,
    ...section(
      "Where",
      sites.map((site) => `- ${code(siteText(site))} ${code(site.functionName || "(anonymous)")}`),
    ),
    ...section("Why it matters", why === undefined ? [] : [why]),
    ...section("What to change", advice === "" ? [] : [plain(advice)]),
    "",
    `Found by Holdup: ${where}`,
    "",
  ];
  return lines.join("\n");
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `### ${title}`, "", ...lines];
}

/** "lost-update" as "Lost update". */
export function words(kind: string): string {
  const text = kind.replaceAll("-", " ").trim();
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

// Names come from the program: a backtick in one would end the code, and angle brackets would be markup.
function code(text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = longest > 0 ? " " : "";
  return `${fence}${pad}${text.replaceAll(/\s+/g, " ")}${pad}${fence}`;
}

function plain(text: string): string {
  return text.replaceAll("<", "&lt;");
}

function iso(time: number): string {
  return new Date(time).toISOString();
}
