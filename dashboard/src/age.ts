/** "just now", "12 s ago", "4 min ago", "3 h ago". */
export function formatAge(ageMs: number): string {
  const seconds = Math.floor(ageMs / 1000);
  return seconds < 2 ? "just now" : `${formatStretch(ageMs)} ago`;
}

/** "12 s", "4 min", "3 h". */
export function formatStretch(lengthMs: number): string {
  const seconds = Math.floor(lengthMs / 1000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h`;
}

// Made once: a formatter costs more than a hundred of its texts.
const clock = new Intl.DateTimeFormat([], {
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
  hourCycle: "h23",
});

const day = new Intl.DateTimeFormat([], {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
  hourCycle: "h23",
});

/** "Nov 22, 2026, 14:02:11" on the viewer's clock: of what may be long ago. */
export function formatDay(time: number): string {
  return day.format(time);
}

/** "14:02:11", and "14:02:11.4" where a step ends between two seconds. */
export function formatMoment(time: number): string {
  const tenths = Math.floor((time % 1000) / 100);
  return tenths === 0 ? formatClock(time) : `${formatClock(time)}.${tenths}`;
}

/** "14:02:11" on the viewer's clock. */
export function formatClock(time: number): string {
  return clock.format(time);
}
