/** Numbers as the table shows them: one unit, three digits or fewer. */

interface Unit {
  readonly from: number;
  readonly seconds: number;
  readonly name: string;
}

// As on the dashboard: the largest unit that keeps the number at or above one, minutes from two on.
const units: readonly Unit[] = [
  { from: 7200, seconds: 3600, name: "h" },
  { from: 120, seconds: 60, name: "min" },
  { from: 0.9995, seconds: 1, name: "s" },
  { from: 0.000_999_5, seconds: 1e-3, name: "ms" },
  { from: 1e-6, seconds: 1e-6, name: "µs" },
];

/** "840 µs", "12.4 ms", "1.3 s", "12.6 min"; a dash for what isn't a number. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds <= 0) return "0 ms";
  const unit = units.find(({ from }) => seconds >= from);
  return unit === undefined ? "<1 µs" : `${digits(seconds / unit.seconds)} ${unit.name}`;
}

/** Seconds of waiting per second: "250 ms", "2.9 s", "4,308 s". Never minutes, which nobody can picture here. */
export function rate(perSecond: number): string {
  return perSecond < 99.95 ? duration(perSecond) : `${count(perSecond)} s`;
}

/** "71 %", "0.4 %", "<0.1 %"; what is there is never shown as nothing. */
export function share(part: number): string {
  if (!Number.isFinite(part)) return "–";
  const percent = part * 100;
  if (percent <= 0) return "0 %";
  if (percent < 0.1) return "<0.1 %";
  return `${percent.toFixed(percent < 9.95 ? 1 : 0)} %`;
}

const grouped = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 });

/** "0.4", "12.5", "1,284", and "1.28M" from a million on. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value > 0 && value < 0.1) return "<0.1";
  if (value < 99.95 && !Number.isInteger(value)) return value.toFixed(1);
  return value < 999_999.5 ? grouped.format(value) : compact.format(value);
}

/** "1 finding", "2 findings". */
export function countOf(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of at most `width` columns; what is there is never shown as nothing. */
export function bar(part: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, part || 0)) * width * 8);
  const cells = part > 0 ? Math.max(1, filled) : 0;
  return "█".repeat(Math.floor(cells / 8)) + (eighths[cells % 8] ?? "");
}

function digits(value: number): string {
  return value.toFixed(value < 99.95 ? 1 : 0);
}
