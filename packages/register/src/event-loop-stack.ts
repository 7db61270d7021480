import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** A frame as the debugger tells it; lines and columns count from 0. */
export interface DebuggerFrame {
  readonly functionName: string;
  readonly url: string;
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber?: number | undefined;
  };
}

/** A script as the debugger tells it. */
export interface Script {
  readonly url: string;
  readonly sourceMapURL?: string | undefined;
}

/** A place in the user's source: `Site` of the protocol, which a thread that loads nothing does not know. */
export interface Place {
  readonly functionName: string;
  readonly filePath: string;
  readonly lineNumber: number;
}

/** How many frames are told of. */
const mostPlaces = 8;

/** The user's places in a paused stack: from the first frame of the program on, or of a library if there is none. */
export function placesOf(
  frames: readonly DebuggerFrame[],
  scripts: ReadonlyMap<string, Script>,
  { root, own }: { readonly root: string; readonly own: readonly string[] },
): Place[] {
  const seen = frames
    .map((frame) => ({ ...frame, script: scriptOf(frame, scripts) }))
    .filter(({ script: { url } }) => isUsers(url, own));
  const first = seen.findIndex(({ script: { url } }) => !url.includes("/node_modules/"));
  return seen
    .slice(Math.max(0, first))
    .slice(0, mostPlaces)
    .map(({ script, functionName, location }) => placeOf(script, functionName, location, root));
}

// A frame's own URL is often empty.
function scriptOf({ url, location }: DebuggerFrame, scripts: ReadonlyMap<string, Script>): Script {
  return scripts.get(location.scriptId) ?? { url };
}

function isUsers(url: string, own: readonly string[]): boolean {
  if (url === "" || url.startsWith("node:")) return false;
  const address = url.startsWith("/") ? `file://${url}` : url;
  return !own.some((home) => address.startsWith(home)) || /\.(test|bench)\.[cm]?[jt]s$/.test(address);
}

function placeOf(
  script: Script,
  functionName: string,
  { lineNumber, columnNumber = 0 }: DebuggerFrame["location"],
  root: string,
): Place {
  const { file, line } = originOf(script, lineNumber + 1, columnNumber + 1);
  const path = relative(root, file);
  const outside = path.startsWith("..") || isAbsolute(path);
  return {
    functionName: functionName === "" ? "(anonymous)" : functionName,
    filePath: outside ? file : path.replaceAll("\\", "/"),
    lineNumber: line,
  };
}

// By the map that the script names: what was compiled as it was loaded is on no disk.
function originOf(script: Script, line: number, column: number): { file: string; line: number } {
  const file = pathOf(script.url);
  try {
    const origin = mapOf(file, script.sourceMapURL)?.findOrigin(line, column);
    if (origin === undefined || !("lineNumber" in origin) || !origin.fileName) return { file, line };
    const source = origin.fileName;
    const path = source.startsWith("file:") ? fileURLToPath(source) : resolve(dirname(file), source);
    return { file: path, line: origin.lineNumber };
  } catch {
    // A map may be missing or hold anything: the running code's position stands.
    return { file, line };
  }
}

function mapOf(file: string, url: string | undefined): SourceMap | undefined {
  if (url === undefined || url === "") return undefined;
  return new SourceMap(JSON.parse(load(file, url)) as SourceMapPayload);
}

function load(file: string, url: string): string {
  const inline = /^data:application\/json[^,]*?(;base64)?,(.*)$/.exec(url);
  if (inline === null) return readFileSync(pathOf(new URL(url, `file://${file}`).href), "utf8");
  const [, base64, data = ""] = inline;
  return base64 === undefined ? decodeURIComponent(data) : Buffer.from(data, "base64").toString("utf8");
}

function pathOf(url: string): string {
  return url.startsWith("file:") ? fileURLToPath(url) : url;
}
