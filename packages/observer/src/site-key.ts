import type { Site } from "@holdup/protocol";

/** Whether two sites are the same; the same place mostly is the same object. */
export function isSame(one: Site | null, other: Site | null): boolean {
  if (one === other) return true;
  if (one === null || other === null) return false;
  return (
    one.lineNumber === other.lineNumber &&
    one.filePath === other.filePath &&
    one.functionName === other.functionName
  );
}

/** What makes two sites the same. */
export function keyOf(site: Site | null): string {
  return site === null ? "" : `${site.filePath}:${site.lineNumber}:${site.functionName}`;
}
