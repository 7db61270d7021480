/** Reading attributes, whose values may be of any type and size, as what the collector stores. */

import type { Attributes, Value } from "./telemetry.ts";

/** Longer texts are cut: a name is a key that every bucket repeats. */
export const maxTextLength = 1024;

/** A text, or "" if it is absent or something else. */
export function textOf(attributes: Attributes, key: string): string {
  return textIn(attributes.get(key));
}

/** A finite number, or 0 if it is absent or something else. */
export function numberOf(attributes: Attributes, key: string): number {
  return numberIn(attributes.get(key));
}

/** A text, or "" if the value is something else. */
export function textIn(value: Value | undefined): string {
  if (typeof value !== "string") return "";
  return value.length > maxTextLength ? value.slice(0, maxTextLength) : value;
}

/** A finite number, or 0 if the value is something else. */
export function numberIn(value: Value | undefined): number {
  return typeof value === "number" && Number.isFinite(value) ? value : 0;
}

/** The maps in a list; what is none is passed over. */
export function maps(value: Value | undefined): Attributes[] {
  return Array.isArray(value) ? value.filter((item): item is Attributes => item instanceof Map) : [];
}
