const units = ["B", "kB", "MB", "GB", "TB"] as const;

/** "512 B", "48.2 MB", "1.3 GB": in powers of 1000, so that the marks of an axis are round. */
export function formatBytes(bytes: number): string {
  if (!Number.isFinite(bytes)) return "–";
  let value = Math.max(0, bytes);
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)}\u00A0${units[unit]}`;
}
