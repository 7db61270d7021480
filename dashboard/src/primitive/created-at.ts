import type { Site } from "@holdup/protocol";

/** Where a primitive without a name of its own was made: its name says it, `lock@src/stock.ts:12`. */
export function createdAt(name: string): Site | undefined {
  const match = /^[a-z_]+@(.+):(\d+)$/.exec(name);
  if (match === null) return undefined;
  const [, filePath = "", lineNumber] = match;
  return { functionName: "constructor", filePath, lineNumber: Number(lineNumber) };
}
