import type { Site } from "@holdup/protocol";

/** What makes two sites the same. */
export function keyOf(site: Site | null): string {
  return site === null ? "" : `${site.filePath}:${site.lineNumber}:${site.functionName}`;
}
