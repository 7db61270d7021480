import type { Site } from "@holdup/protocol";
import { duration } from "../explanation.ts";
import type { Diagnosis } from "../findings.ts";
import type { LoopBlock } from "../loop-block.ts";
import { lineOf } from "./wording.ts";

/** A turn of the event loop that took too long: one finding for each place that takes it, whoever called it. */
export function blockedEventLoop({ ms, sites, id }: LoopBlock): Diagnosis {
  const [site] = sites;
  return {
    kind: "blocked-event-loop",
    severity: "warning",
    message: `the event loop was blocked for ${duration(ms)}${site === undefined ? "" : ` in ${placeOf(site)}`}`,
    advice: adviceForBlockedLoop,
    primitives: [],
    sites,
    key: site === undefined ? "blocked-event-loop" : `blocked-event-loop ${lineOf(site)}`,
    ...(id === undefined ? {} : { id }),
  };
}

/** What to change. */
export const adviceForBlockedLoop: string =
  "give the event loop its turn in between (`await setImmediate()` of node:timers/promises), or do the work in a worker " +
  "thread (`WorkerPool`): nothing else runs meanwhile, and whoever waits or holds does so for that much longer";

function placeOf(site: Site): string {
  return `${site.functionName} at ${lineOf(site)}`;
}
