import { readFileSync } from "node:fs";
import { findSourceMap, SourceMap, type SourceMapPayload } from "node:module";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A position in a source file. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

// One entry a file that was ever on a captured stack; null: it has no map.
const maps = new Map<string, SourceMap | null>();

/**
 * Where a position of running code comes from: through the map that Node loaded, or else through the
 * one that the file names itself, so that nobody has to start Node with `--enable-source-maps`.
 */
export function originOf(file: string, line: number, column: number): Position {
  try {
    const origin = mapOf(file)?.findOrigin(line, column);
    if (origin === undefined || !("lineNumber" in origin) || !origin.fileName) return { file, line };
    return { file: sourcePath(file, origin.fileName), line: origin.lineNumber };
  } catch {
    // A map may hold anything (no source, a URL of another host): the running code's position stands.
    return { file, line };
  }
}

/** Whether {@link originOf} knows more of a file than where its running code is. */
export function isMapped(file: string): boolean {
  return mapOf(file) !== null;
}

/**
 * Where a compiler that runs in the program (ts-node, swc, babel) says that a frame comes from: it keeps its maps to
 * itself, and writes the program's stacks. Undefined where nobody but the runtime writes them.
 */
export function originByProgram(frame: NodeJS.CallSite): Position | undefined {
  // oxlint-disable-next-line typescript/unbound-method -- called as the runtime calls it
  const write = Error.prepareStackTrace;
  if (write === undefined) return undefined;
  try {
    const [, file, line] =
      /(?:\(|\bat (?:async )?)([^()\n]+):(\d+):\d+\)?$/m.exec(String(write(new Error(), [frame]))) ?? [];
    if (file === undefined) return undefined;
    return { file: file.startsWith("file:") ? fileURLToPath(file) : file, line: Number(line) };
  } catch {
    // It is the program's own, and may do anything.
    return undefined;
  }
}

function mapOf(file: string): SourceMap | null {
  const known = maps.get(file);
  if (known !== undefined) return known;
  const map = findSourceMap(file) ?? read(file);
  maps.set(file, map);
  return map;
}

function read(file: string): SourceMap | null {
  try {
    const url = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(file, "utf8"))?.[1];
    if (url === undefined) return null;
    return new SourceMap(JSON.parse(load(file, url)) as SourceMapPayload);
  } catch {
    // No file, no map or no JSON: the position of the running code is the best there is.
    return null;
  }
}

function load(file: string, url: string): string {
  const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url);
  if (inline === null) return readFileSync(resolve(dirname(file), decodeURIComponent(url)), "utf8");
  const [, base64, data = ""] = inline;
  return base64 === undefined ? decodeURIComponent(data) : Buffer.from(data, "base64").toString("utf8");
}

function sourcePath(file: string, source: string): string {
  return source.startsWith("file:") ? fileURLToPath(source) : resolve(dirname(file), source);
}
