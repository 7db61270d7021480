/** Tells what an uploaded profile is, by its content. */

import type { ProfileKind } from "@holdup/protocol";
import { exceeds } from "./json-depth.ts";
import { RequestError } from "./query.ts";

// A `.cpuprofile` has an object for each function of each stack.
const limits = { maxDepth: 64, maxObjects: 2_000_000 };

/** @throws RequestError when it is none of those that are known */
export function kindOf(body: Uint8Array): ProfileKind {
  const text = new TextDecoder().decode(body);
  if (!/^\s*[{[]/.test(text)) {
    if (/^(?:[^\n]* \d+(?:\.\d+)?\s*\n?)+$/.test(text.slice(0, 64 * 1024).replace(/[^\n]*$/, "")))
      return "folded";
    throw unknown("It is neither JSON nor folded stacks (lines of `outer;inner 12`).");
  }
  if (exceeds(body, limits) !== undefined)
    throw unknown("Its JSON is nested too deep or has too many objects.");
  return kindOfJson(parse(text));
}

function kindOfJson(value: unknown): ProfileKind {
  if (typeof value === "object" && value !== null) {
    const { format, nodes, samples, traceEvents } = value as Record<string, unknown>;
    if (format === "holdup-recording") return "recording";
    if (Array.isArray(nodes) && Array.isArray(samples)) return "cpuprofile";
    if (Array.isArray(traceEvents)) return "trace";
  }
  throw unknown("Its JSON is no recording of Holdup's, no .cpuprofile and no Chrome trace.");
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unknown(`Its JSON can't be read: ${(error as Error).message.slice(0, 200)}.`);
  }
}

function unknown(message: string): RequestError {
  return new RequestError(400, "unknown_profile", message);
}
