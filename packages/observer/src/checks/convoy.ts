import type { Check, World } from "../check.ts";
import { duration } from "../explanation.ts";
import type { Diagnosis } from "../findings.ts";
import type { Instance } from "../instance.ts";
import { at, waitersWait } from "./wording.ts";

/** A stretch of time in which the line never got shorter than `shortest`, whenever it was looked at. */
interface Window {
  readonly startedAt: number;
  looks: number;
  shortest: number;
  readonly grants: number;
  readonly holdMs: number;
  readonly handoffMs: number;
  /** How many windows before it, in a row, were those of a convoy. */
  readonly row: number;
}

const windowMs = 1000;
const fewestLooks = 3;
const fewestWaiters = 4;
const fewestGrants = 50;
/** The share of the holds' time until the holder's code runs. */
const handoffShare = 0.5;
const windowsInARow = 2;

/**
 * The line is never empty, and each one in it holds only for a moment: most of the time goes into handing over.
 */
export class ConvoyCheck implements Check {
  // Those of the last look, so that a line that was shorter once starts anew.
  #windows = new Map<Instance, Window>();

  *look(world: World): Iterable<Diagnosis> {
    const before = this.#windows;
    this.#windows = new Map();
    for (const instance of world.instances) {
      if (instance.waiting < fewestWaiters) continue;
      const window = before.get(instance) ?? open(instance, world.at, 0);
      window.looks++;
      window.shortest = Math.min(window.shortest, instance.waiting);
      if (world.at - window.startedAt < windowMs) this.#windows.set(instance, window);
      else {
        const row = isConvoy(window, instance) ? window.row + 1 : 0;
        this.#windows.set(instance, open(instance, world.at, row));
        if (row >= windowsInARow) yield diagnose(window, instance, world);
      }
    }
  }
}

function open({ waiting, grants, totals }: Instance, startedAt: number, row: number): Window {
  const { holdMs, handoffMs } = totals;
  return { startedAt, looks: 0, shortest: waiting, grants, holdMs, handoffMs, row };
}

function isConvoy(window: Window, { grants, totals }: Instance): boolean {
  const holdMs = totals.holdMs - window.holdMs;
  return (
    window.looks >= fewestLooks &&
    grants - window.grants >= fewestGrants &&
    holdMs > 0 &&
    totals.handoffMs - window.handoffMs >= handoffShare * holdMs
  );
}

function diagnose(window: Window, instance: Instance, world: World): Diagnosis {
  const { totals, holds } = instance;
  const ms = world.at - window.startedAt;
  const grants = instance.grants - window.grants;
  // Someone always waits, so all of it is always held.
  const holdMs = (ms * Math.max(1, totals.limit)) / grants;
  const share = (totals.handoffMs - window.handoffMs) / (totals.holdMs - window.holdMs);
  const site = world.siteOf(holds.first?.capture);
  return {
    kind: "convoy",
    severity: "warning",
    message:
      `at least ${waitersWait(window.shortest)} for "${totals.name}" all the time, and it went through ${grants} hands ` +
      `in ${duration(ms)}: a hold${at(site)} lasts ${duration(holdMs)}, and for ${Math.round(100 * Math.min(1, share))} % ` +
      "of that its code does not even run",
    advice: `hold "${totals.name}" less often: do several things under one hold, do what awaits before or after it, or let more in at once`,
    primitives: [totals.name],
    sites: [site],
    key: `convoy ${totals.type} ${totals.name}`,
  };
}
