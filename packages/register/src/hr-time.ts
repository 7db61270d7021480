import type { HrTime } from "@opentelemetry/api";

/** A time of the monotonic clock (`performance.now()`, ms) as OpenTelemetry writes it: seconds and nanoseconds since 1970. */
export function hrTime(monotonicMs: number): HrTime {
  return duration(performance.timeOrigin + monotonicMs);
}

/** A length of time in ms as seconds and nanoseconds. */
export function duration(ms: number): HrTime {
  const seconds = Math.floor(ms / 1000);
  const nanoseconds = Math.round((ms - seconds * 1000) * 1e6);
  return nanoseconds === 1e9 ? [seconds + 1, 0] : [seconds, nanoseconds];
}

/** A time as OpenTelemetry writes it, on the monotonic clock. */
export function monotonic([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6 - performance.timeOrigin;
}
