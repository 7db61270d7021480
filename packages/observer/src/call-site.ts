import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { ownFrames, withStackLimit, type CallSite } from "@holdup/primitives";
import type { Site } from "@holdup/protocol";
import { originOf } from "./source-map.ts";

/** A call stack that was captured and not read yet: reading it costs more than capturing it. */
export interface Capture extends CallSite {
  /** The user's frames, innermost first, once read. */
  frames?: readonly Site[];
}

// Enough to get past Holdup's own frames to the user's.
const depth = 12;

/** How many of the user's frames are kept of a stack, for profiles. */
const mostFrames = 8;

/** Captures where this is called from, without reading it. */
export function captureSite(): Capture {
  const capture: Capture = {};
  withStackLimit(depth, () => Error.captureStackTrace(capture));
  return capture;
}

/** The user's frames of a captured stack, innermost first; read once, then remembered on the capture. */
export function framesOf(capture: Capture, root: string): readonly Site[] {
  if (capture.frames === undefined) {
    const foreign = read(capture).filter(isForeign).slice(0, mostFrames);
    // The place in the program itself; in a library, if there is none.
    const first = Math.max(
      0,
      foreign.findIndex((frame) => !fileOf(frame).includes("/node_modules/")),
    );
    capture.frames = foreign.slice(first).map((frame) => describe(frame, root));
    // Read frames refer to the functions and objects on the stack: let them go.
    capture.stack = undefined;
  }
  return capture.frames;
}

/** The user's place in a captured stack; null if no frame of the user is in it. */
export function siteOf(capture: Capture, root: string): Site | null {
  return framesOf(capture, root)[0] ?? null;
}

function read(capture: Capture): NodeJS.CallSite[] {
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, not called
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, frames) => frames;
  try {
    return Array.isArray(capture.stack) ? (capture.stack as NodeJS.CallSite[]) : [];
  } finally {
    Error.prepareStackTrace = before;
  }
}

function isForeign(frame: NodeJS.CallSite): boolean {
  const file = fileOf(frame);
  if (file === "" || file.startsWith("node:") || frame.isNative()) return false;
  return !isOwn(file.startsWith("/") ? `file://${file}` : file);
}

ownFrames.add(new URL(".", import.meta.url).href);

// Tests and benchmarks lie beside what they test, but are users of it.
function isOwn(url: string): boolean {
  if (/\.(test|bench)\.[cm]?[jt]s$/.test(url)) return false;
  for (const home of ownFrames) if (url.startsWith(home)) return true;
  return false;
}

function fileOf(frame: NodeJS.CallSite): string {
  return frame.getFileName() ?? "";
}

// The same places come again and again, and finding the source of one costs more than all the rest.
let places = new Map<string, Site>();
const mostPlaces = 4096;

function describe(frame: NodeJS.CallSite, root: string): Site {
  const functionName = frame.getFunctionName() ?? "(anonymous)";
  const line = frame.getLineNumber() ?? 0;
  const column = frame.getColumnNumber() ?? 0;
  const key = `${root}\n${fileOf(frame)}:${line}:${column} ${functionName}`;
  let place = places.get(key);
  if (place === undefined) {
    const origin = originOf(pathOf(fileOf(frame)), line, column);
    place = { functionName, filePath: relativeTo(root, origin.file), lineNumber: origin.line };
    if (places.size >= mostPlaces) places = new Map();
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
