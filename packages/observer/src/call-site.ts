import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ownFrames, withStackLimit, type CallSite } from "@holdup/primitives";
import type { Site } from "@holdup/protocol";
import { isMapped, originByProgram, originOf } from "./source-map.ts";

/** A call stack that was captured and not read yet: reading it costs more than capturing it. */
export interface Capture extends CallSite {
  /** The user's frames, innermost first, once read. */
  frames?: readonly Site[];
}

// Enough to get past Holdup's own frames to the user's. Each one costs, whether it is read or not.
const depth = 8;

/** How many of the user's frames are kept of a stack, for profiles. */
const mostFrames = 5;

type Callable = (...args: never[]) => unknown;

/**
 * Captures where `after` is called from, without reading it: `frames` of Holdup's and of the user's.
 *
 * @param after @default this function
 */
export function captureSite(frames: number = depth, after: Callable = captureSite): Capture {
  const capture: Capture = {};
  withStackLimit(frames, () => Error.captureStackTrace(capture, after));
  return capture;
}

/** The user's frames of a captured stack, innermost first; read once, then remembered on the capture. */
export function framesOf(capture: Capture, root: string): readonly Site[] {
  if (capture.frames === undefined) {
    capture.frames = users(read(capture), root);
    // Read frames refer to the functions and objects on the stack: let them go.
    capture.stack = undefined;
  }
  return capture.frames;
}

/** The user's place in a captured stack; null if no frame of the user is in it. */
export function siteOf(capture: Capture, root: string): Site | null {
  return framesOf(capture, root)[0] ?? null;
}

/** What was captured, frame by frame; empty if it was read before by `framesOf`. */
export function read(capture: Capture): NodeJS.CallSite[] {
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, not called
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, frames) => frames;
  try {
    return Array.isArray(capture.stack) ? (capture.stack as NodeJS.CallSite[]) : [];
  } finally {
    Error.prepareStackTrace = before;
  }
}

// From the first frame of the program itself on; from the first of a library, if there is none.
function users(frames: readonly NodeJS.CallSite[], root: string): Site[] {
  const found: Site[] = [];
  let inProgram = false;
  for (const frame of frames) {
    const file = fileOf(frame.getFileName() ?? "", root);
    if (file.kind === "own") continue;
    if (file.kind === "program" && !inProgram) {
      inProgram = true;
      found.length = 0;
    }
    if (found.push(placeOf(file, frame, root)) === mostFrames && inProgram) break;
  }
  return found;
}

/** What is known of a file that was ever on a captured stack. */
interface File {
  readonly path: string;
  /** own: Holdup's or the runtime's. */
  readonly kind: "own" | "library" | "program";
  /** Places in it, by line and column: finding the source of one costs more than all the rest. */
  readonly places: Map<number, Site>;
}

let files = new Map<string, File>();
let knownRoot = "";
// A program that makes its files as it goes must not fill the memory with them.
const mostFiles = 4096;

function fileOf(name: string, root: string): File {
  if (root !== knownRoot || files.size > mostFiles) {
    files = new Map();
    knownRoot = root;
  }
  let file = files.get(name);
  if (file === undefined) {
    file = { path: pathOf(name), kind: kindOf(name), places: new Map() };
    files.set(name, file);
  }
  return file;
}

function kindOf(name: string): File["kind"] {
  if (name === "" || name.startsWith("node:")) return "own";
  if (isOwn(name.startsWith("/") ? `file://${name}` : name)) return "own";
  return name.includes("/node_modules/") ? "library" : "program";
}

ownFrames.add(new URL(".", import.meta.url).href);

// Tests and benchmarks lie beside what they test, but are users of it.
function isOwn(url: string): boolean {
  if (/\.(test|bench)\.[cm]?[jt]s$/.test(url)) return false;
  for (const home of ownFrames) if (url.startsWith(home)) return true;
  return false;
}

function placeOf({ path, kind, places }: File, frame: NodeJS.CallSite, root: string): Site {
  const line = frame.getLineNumber() ?? 0;
  const column = frame.getColumnNumber() ?? 0;
  const key = line * 2 ** 20 + column;
  let place = places.get(key);
  if (place === undefined) {
    const written = kind === "program" && !isMapped(path) ? originByProgram(frame) : undefined;
    const origin = written ?? originOf(path, line, column);
    const functionName = frame.getFunctionName() ?? "(anonymous)";
    place = { functionName, filePath: relativeTo(root, origin.file), lineNumber: origin.line };
    places.set(key, place);
  }
  return place;
}

function pathOf(file: string): string {
  return file.startsWith("file:") ? fileURLToPath(file) : file;
}

function relativeTo(root: string, file: string): string {
  const path = relative(root, file);
  return path.startsWith("..") || isAbsolute(path) ? file : path.replaceAll("\\", "/");
}
