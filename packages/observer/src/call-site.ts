import { fileURLToPath } from "node:url";
import { isAbsolute, relative } from "node:path";
import { ownFrames, withStackLimit } from "@holdup/primitives";
import type { Site } from "@holdup/protocol";
import { originOf } from "./source-map.ts";

/** A call stack that was captured and not read yet: reading it costs more than capturing it. */
export interface Capture {
  /** Frames once read; until then V8 keeps them for itself. */
  stack?: unknown;
  /** The site, once resolved; null if no frame of the user is in it. */
  site?: Site | null;
}

// Enough to get past Holdup's own frames to the user's.
const depth = 12;

/** Captures where this is called from, without reading it. */
export function captureSite(): Capture {
  const capture: Capture = {};
  withStackLimit(depth, () => Error.captureStackTrace(capture));
  return capture;
}

/** The user's place in a captured stack; read once, then remembered on the capture. */
export function siteOf(capture: Capture, root: string): Site | null {
  if (capture.site === undefined) {
    capture.site = pick(framesOf(capture), root);
    // Read frames refer to the functions and objects on the stack: let them go.
    capture.stack = undefined;
  }
  return capture.site;
}

function framesOf(capture: Capture): NodeJS.CallSite[] {
  // oxlint-disable-next-line typescript/unbound-method -- put back as it was, not called
  const before = Error.prepareStackTrace;
  Error.prepareStackTrace = (_error, frames) => frames;
  try {
    return Array.isArray(capture.stack) ? (capture.stack as NodeJS.CallSite[]) : [];
  } finally {
    Error.prepareStackTrace = before;
  }
}

/** The first frame of the program itself; of a library, if there is none. */
function pick(frames: readonly NodeJS.CallSite[], root: string): Site | null {
  const foreign = frames.filter(isForeign);
  const frame = foreign.find((f) => !fileOf(f).includes("/node_modules/")) ?? foreign[0];
  return frame === undefined ? null : describe(frame, root);
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

function describe(frame: NodeJS.CallSite, root: string): Site {
  const file = pathOf(fileOf(frame));
  const origin = originOf(file, frame.getLineNumber() ?? 0, frame.getColumnNumber() ?? 0);
  return {
    functionName: frame.getFunctionName() ?? "(anonymous)",
    filePath: relativeTo(root, origin.file),
    lineNumber: origin.line,
  };
}

function pathOf(file: string): string {
  return file.startsWith("file:") ? fileURLToPath(file) : file;
}

function relativeTo(root: string, file: string): string {
  const path = relative(root, file);
  return path.startsWith("..") || isAbsolute(path) ? file : path.replaceAll("\\", "/");
}
