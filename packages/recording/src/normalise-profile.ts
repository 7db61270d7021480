import type { CallFrame, CpuProfile } from "./cpu-profile.ts";
import { relativePath } from "./relative-profile.ts";

/**
 * Makes a profile readable for the viewer of 0x. Paths become relative to `root` and lines count from 1. Every file's name
 * ends in `.js`, an `orders.ts` becoming `orders.ts.js`: by that ending the viewer tells code from what V8 does
 * inside, which it hides.
 */
export function normaliseProfile(profile: CpuProfile, root: URL): CpuProfile {
  const nodes = profile.nodes.map((node) => ({ ...node, callFrame: normaliseFrame(node.callFrame, root) }));
  return { ...profile, nodes };
}

function normaliseFrame(frame: CallFrame, root: URL): CallFrame {
  if (frame.url === "") return frame;
  return {
    ...frame,
    // Not "(anonymous)": 0x takes the time from a leaf whose name begins with a bracket.
    functionName: frame.functionName === "" ? "anonymous" : frame.functionName,
    url: withJs(shorten(frame.url, root)),
    // The viewer takes a line 0 for no line.
    lineNumber: Math.max(1, frame.lineNumber + 1),
  };
}

function shorten(url: string, root: URL): string {
  if (url.startsWith("node:")) return ownOfNode(url.slice("node:".length));
  const path = relativePath(url, root);
  // Without a slash the viewer takes it for Node's own, and with `internal/`, if it is not absolute.
  if (!path.includes("/")) return `./${path}`;
  return path.includes("internal/") && !path.includes("node_modules/") ? `/${path.replace(/^\//, "")}` : path;
}

/** The viewer knows Node's own code by `internal/` at the beginning, or by a name without slashes. */
function ownOfNode(module: string): string {
  return module.startsWith("internal/") ? module : module.replaceAll("/", ".");
}

function withJs(path: string): string {
  return /\.m?js$/.test(path) ? path : `${path}.js`;
}
