/**
 * Why there are no rows: `nothing` was ever told; a `stranger` is asked for, a service that nobody told of;
 * or it is `quiet`, what was told is older than the window.
 */
export type Absence = "nothing" | "stranger" | "quiet";

/** Why there are no rows of a service, or of any, when these services are known. */
export function absenceOf(service: string | undefined, known: readonly string[]): Absence {
  if (known.length === 0) return "nothing";
  return service === undefined || known.includes(service) ? "quiet" : "stranger";
}
