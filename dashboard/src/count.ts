const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** "1,284", and "1.28M" from a million on, where the last digits only flicker. */
export function formatCount(count: number): string {
  return count < 1_000_000 ? grouped.format(count) : compact.format(count);
}

/** "1 operation", "2 operations". */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
