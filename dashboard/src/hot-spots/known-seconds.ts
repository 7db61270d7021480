/**
 * Of how much of the time that a row is about something can be known, in seconds: what a rate is over. A service that was first
 * heard of a minute ago did all that it did in that minute.
 *
 * @param since Unix ms: when it was first heard of, which is the end of its first second; undefined if nobody tells
 */
export function knownSeconds(seconds: number, until: number, since: number | undefined): number {
  if (since === undefined) return seconds;
  return Math.min(seconds, Math.max(1, (until - since) / 1000 + 1));
}
