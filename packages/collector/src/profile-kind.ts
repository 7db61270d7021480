/** Tells what an uploaded profile is, within bounds. */

import { recogniseProfile, type ProfileKind } from "@holdup/protocol";
import { exceeds } from "./json-depth.ts";
import { RequestError } from "./query.ts";

// A `.cpuprofile` has an object for each function of each stack.
const limits = { maxDepth: 64, maxObjects: 2_000_000 };

/** @throws RequestError when it is none of those that are known */
export function kindOf(body: Uint8Array): ProfileKind {
  const text = new TextDecoder().decode(body);
  if (/^\s*[{[]/.test(text) && exceeds(body, limits) !== undefined) {
    throw unknown("Its JSON is nested too deep or has too many objects.");
  }
  try {
    return recogniseProfile(text).kind;
  } catch (error) {
    throw unknown((error as Error).message);
  }
}

function unknown(message: string): RequestError {
  return new RequestError(400, "unknown_profile", message);
}
