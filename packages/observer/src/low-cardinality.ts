/**
 * A user's name for a primitive with the parts that make it one of many masked: UUIDs, hexadecimal
 * numbers of eight digits or more and decimal ones of three or more become `*`, so that `cart-8231`
 * and `cart-8232` are one hot spot.
 */
export function lowCardinality(name: string): string {
  return name
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi, "*")
    .replaceAll(/(?<![0-9a-z])[0-9a-f]{8,}(?![0-9a-z])/gi, "*")
    .replaceAll(/\d{3,}/g, "*");
}
