import type { Instance } from "./instance.ts";

// Only those that are told of one by one have a number.
const numbers = new WeakMap<Instance, number>();
let lastNumber = 0;

/** Tells a primitive's object apart from the others of this process, for as long as it is observed. */
export function instanceNumber(instance: Instance): number {
  const known = numbers.get(instance);
  if (known !== undefined) return known;
  numbers.set(instance, ++lastNumber);
  return lastNumber;
}
