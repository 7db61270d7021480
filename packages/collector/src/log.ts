/** The collector's own log: JSON lines on standard error, so that standard output stays the command's. */

import { pino, type Logger } from "pino";

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

export type LogLevel = (typeof logLevels)[number];

export type Log = Pick<Logger, "error" | "warn" | "info" | "debug">;

/** Writes at once: what is said last before an end is what one looks for. */
export function createLog(level: LogLevel): Log {
  return pino(
    { name: "holdup", level, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}
