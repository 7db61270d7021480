import { useEffect, useState } from "react";
import { useOwn } from "../location.ts";
import type { TimeWindow } from "./time-window.ts";

/** Browsers forbid to change the address hundreds of times a minute, as a wheel would. */
const restMs = 400;

/** The time that was chosen to be in sight, remembered in the address; undefined: all of it. */
export function useZoom(): [TimeWindow | undefined, (zoom: TimeWindow | undefined) => void] {
  const [text, setText] = useOwn("zoom");
  const [zoom, setZoom] = useState(() => readZoom(text));
  const next = writeZoom(zoom);
  useEffect(() => {
    if (next === text) return undefined;
    const timer = window.setTimeout(() => setText(next), restMs);
    return () => window.clearTimeout(timer);
  });
  return [zoom, setZoom];
}

/** What the address says; undefined if it is no stretch of time. */
export function readZoom(text: string): TimeWindow | undefined {
  const [from = Number.NaN, to = Number.NaN, ...rest] = text.split("~").map(Number);
  return rest.length === 0 && from > 0 && to > from ? { from, to } : undefined;
}

/** Unix ms, to the microsecond: `1767268800000.5~1767268801000`. */
export function writeZoom(zoom: TimeWindow | undefined): string {
  if (zoom === undefined) return "";
  return [zoom.from, zoom.to].map((time) => String(Number(time.toFixed(3)))).join("~");
}
