import type { HotSpot } from "@holdup/protocol";

/** "71 %", "0.4 %", "<0.1 %"; what is there is never shown as nothing. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent === 0) return "0\u00A0%";
  if (percent < 0.1) return "<0.1\u00A0%";
  return `${percent.toFixed(percent < 9.95 ? 1 : 0)}\u00A0%`;
}

/**
 * The rows with each one's share of all blame. A message carries only the rows that are different, but
 * one row's blame moves every row's share.
 */
export function withShares(rows: ReadonlyMap<string, HotSpot>): ReadonlyMap<string, HotSpot> {
  let total = 0;
  for (const spot of rows.values()) total += spot.blameSeconds;

  const shared = new Map<string, HotSpot>();
  for (const [key, spot] of rows) {
    const share = total === 0 ? 0 : spot.blameSeconds / total;
    shared.set(key, share === spot.share ? spot : { ...spot, share });
  }
  return shared;
}
