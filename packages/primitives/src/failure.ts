import { isCancelled } from "./errors.ts";
import type { Failure } from "./observer.ts";

const failures: Readonly<Record<string, Failure>> = {
  ERR_TIMEOUT: "timeout",
  ERR_BROKEN_BARRIER: "broken",
  ERR_QUEUE_SHUT_DOWN: "shut_down",
};

/** The telemetry word for an error that ended a wait. */
export function failureOf(error: unknown): Failure {
  if (isCancelled(error)) return "cancelled";
  return failures[(error as { code?: string }).code ?? ""] ?? "error";
}
