import type { Attributes } from "@opentelemetry/api";
import { attribute } from "@holdup/protocol";

// OpenTelemetry's word for an error of no kind that is known.
const otherError = "_OTHER";

/** Whether an operation with this outcome failed: a timeout or a cancellation is no error. */
export function isError(outcome: unknown): boolean {
  return outcome === "error";
}

/** What is said of the kind of an operation's error, if it failed. Of an error the seam tells no more than that it is one. */
export function errorType(outcome: unknown): Attributes {
  return isError(outcome) ? { [attribute.errorType]: otherError } : {};
}
