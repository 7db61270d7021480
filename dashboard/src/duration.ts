/**
 * Durations as people read them: the largest unit that keeps the number at or above one, two or three
 * significant digits, and a space that doesn't break between number and unit.
 */

interface Unit {
  readonly name: string;
  readonly seconds: number;
}

const microsecond: Unit = { name: "µs", seconds: 1e-6 };
const second: Unit = { name: "s", seconds: 1 };

// Minutes start at two: "95.0 s" still compares easily with its neighbours, "754 s" no longer does.
const largerUnits: readonly { readonly from: number; readonly unit: Unit }[] = [
  { from: 7200, unit: { name: "h", seconds: 3600 } },
  { from: 120, unit: { name: "min", seconds: 60 } },
  { from: 0.9995, unit: second },
  { from: 0.0009995, unit: { name: "ms", seconds: 1e-3 } },
];

/** "840 µs", "12.4 ms", "1.3 s", "12.6 min"; a dash for what isn't a number. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds <= 0) return "0\u00A0ms";
  if (seconds < microsecond.seconds) return "<1\u00A0µs";

  const unit = unitOf(seconds);
  return `${digits(seconds / unit.seconds)}\u00A0${unit.name}`;
}

/** The same without needless zeros, for the marks of an axis: "50 ms", "1.5 s", "0". */
export function formatTick(seconds: number): string {
  if (seconds <= 0) return "0";

  const unit = unitOf(seconds);
  return `${Number((seconds / unit.seconds).toPrecision(3))}\u00A0${unit.name}`;
}

function unitOf(seconds: number): Unit {
  return largerUnits.find(({ from }) => seconds >= from)?.unit ?? microsecond;
}

function digits(value: number): string {
  return value.toFixed(value < 99.95 ? 1 : 0);
}
