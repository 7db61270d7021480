/** What a primitive is called. */

import { textOf } from "./attributes.ts";
import type { Attributes } from "./telemetry.ts";

/** All primitives of one type that their program gave no name. */
const unnamed = "(unnamed)";

/** The name under that key, never empty: a row needs something to be called and asked for by. */
export function nameOf(attributes: Attributes, key: string): string {
  return orUnnamed(textOf(attributes, key));
}

/** The name itself, or what stands for an empty one. */
export function orUnnamed(name: string): string {
  return name || unnamed;
}

/** Whether there is a name, be it an empty one. Some exporters write an empty text as no value at all. */
export function hasName(attributes: Attributes, key: string): boolean {
  const value = attributes.get(key);
  return typeof value === "string" || value === null;
}
