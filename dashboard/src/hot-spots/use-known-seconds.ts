import { usePlace } from "../location.ts";
import { useHoldup } from "../store.ts";
import { useShownUntil } from "../use-shown-until.ts";
import { knownSeconds } from "./known-seconds.ts";

/** Of how many of the shown seconds something can be known of a service. */
export function useKnownSeconds(service: string, seconds: number): number {
  const now = useShownUntil();
  const { range } = usePlace();
  const since = useHoldup(({ status }) => {
    const known = status?.knownSince ?? {};
    return Object.hasOwn(known, service) ? known[service] : undefined;
  });
  return knownSeconds(seconds, range?.to ?? now, since);
}
