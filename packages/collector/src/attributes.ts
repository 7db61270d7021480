/** Reading attributes, whose values may be of any type and size, as what the collector stores. */

import type { Attributes, Value } from "./telemetry.ts";

/** Longer texts are cut: a name is a key that every bucket repeats. */
export const maxTextLength = 1024;

/** A text, or "" if it is absent or something else. */
export function textOf(attributes: Attributes, key: string): string {
  const value = attributes.get(key);
  return typeof value === "string" ? value.slice(0, maxTextLength) : "";
}

/** A finite number, or 0 if it is absent or something else. */
export function numberOf(attributes: Attributes, key: string): number {
  const value = attributes.get(key);
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** The maps in a list; what is none is passed over. */
export function maps(value: Value | undefined): Attributes[] {
  return Array.isArray(value) ? value.filter((item): item is Attributes => item instanceof Map) : [];
}
