import type { Site } from "@holdup/protocol";

/** What makes two sites the same place of one program. */
export function siteKey(site: Site | null): string {
  return site === null ? "" : `${site.filePath}:${site.lineNumber}:${site.functionName}`;
}

/**
 * What makes two sites the same function in two versions of a program: without the line, since an edit above it moves
 * every line.
 */
export function functionKey(site: Site | null): string {
  return site === null ? "" : `${site.filePath}:${site.functionName}`;
}

/** A site as people read it. */
export function siteLabel(site: Site | null): string {
  if (site === null) return "(not sampled)";
  if (site.filePath === "") return site.functionName;
  return `${site.functionName} ${site.filePath}:${site.lineNumber}`;
}
