import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { CallFrame, CpuProfile } from "../cpu-profile.ts";
import type { TakenProfile } from "./cpu-profiler.ts";

/** A profile whose functions are where they were written: in the TypeScript, not in what was made of it. */
export function mappedProfile({ profile, sourceMaps }: TakenProfile): CpuProfile {
  const maps = new Map<string, ScriptMap | undefined>();
  const mapOf = (frame: CallFrame): ScriptMap | undefined => {
    const { scriptId, url } = frame;
    if (!maps.has(scriptId)) maps.set(scriptId, scriptMap(asUrl(url), sourceMaps.get(scriptId)));
    return maps.get(scriptId);
  };
  const nodes = profile.nodes.map(({ id, callFrame, hitCount, children }) => {
    const frame = { ...callFrame, url: asUrl(callFrame.url) };
    return {
      id,
      callFrame: mapOf(frame)?.origin(frame) ?? frame,
      hitCount: hitCount ?? 0,
      ...(children === undefined ? {} : { children }),
    };
  });
  const { startTime, endTime, samples = [], timeDeltas = [] } = profile;
  return { nodes, startTime, endTime, samples, timeDeltas };
}

// What `require` loads is known by its path.
function asUrl(url: string): string {
  return url.startsWith("/") || /^[a-z]:\\/i.test(url) ? pathToFileURL(url).href : url;
}

class ScriptMap {
  readonly #map: SourceMap;
  readonly #base: string;

  constructor(map: SourceMap, base: string) {
    this.#map = map;
    this.#base = base;
  }

  origin(frame: CallFrame): CallFrame {
    const entry = this.#map.findEntry(frame.lineNumber, frame.columnNumber);
    if (!("originalSource" in entry) || !entry.originalSource) return frame;
    return {
      ...frame,
      url: sourceUrl(entry.originalSource, this.#base),
      lineNumber: entry.originalLine,
      columnNumber: entry.originalColumn,
    };
  }
}

function scriptMap(url: string, mapUrl: string | undefined): ScriptMap | undefined {
  if (mapUrl === undefined || url.includes("/node_modules/")) return undefined;
  try {
    const inline = mapUrl.startsWith("data:");
    const base = inline ? url : new URL(mapUrl, url).href;
    const text = inline ? inlineText(mapUrl) : readFileSync(fileURLToPath(base), "utf8");
    const payload = JSON.parse(text) as SourceMapPayload;
    const root = payload.sourceRoot || "";
    return new ScriptMap(new SourceMap(payload), root === "" ? base : new URL(withSlash(root), base).href);
  } catch {
    // No map or no JSON: where the running code is, is the best there is.
    return undefined;
  }
}

function inlineText(url: string): string {
  const comma = url.indexOf(",");
  const data = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(";base64")
    ? Buffer.from(data, "base64").toString("utf8")
    : decodeURIComponent(data);
}

function sourceUrl(source: string, base: string): string {
  return asUrl(source) === source ? new URL(source, base).href : asUrl(source);
}

function withSlash(path: string): string {
  return path.endsWith("/") ? path : `${path}/`;
}
