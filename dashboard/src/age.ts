/** "just now", "12 s ago", "4 min ago", "3 h ago". */
export function formatAge(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000);
  if (seconds < 2) return "just now";
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ago`;
  return `${Math.floor(seconds / 3600)} h ago`;
}

/** "14:02:11" on the viewer's clock. */
export function formatClock(time: number): string {
  return new Date(time).toLocaleTimeString([], { hourCycle: "h23" });
}
