import type { Check, World } from "../check.ts";
import { duration } from "../explanation.ts";
import type { Diagnosis } from "../findings.ts";
import type { Instance } from "../instance.ts";
import type { HoldNote } from "../notes.ts";
import { at, waitersWait, whoIs } from "./wording.ts";

/** Dropped holds kept until the next look. */
const mostDropped = 100;

/** For how long a task may have ended while what it holds is waited for. */
const graceMs = 2000;

/** Holds of one primitive that are looked at, the oldest. */
const mostHolds = 16;

/**
 * A hold that nobody can release, since its handle is gone; or that probably nobody will, since its task is: holds
 * may be handed on to other code, so that is only told when others have to wait for it.
 */
export class LeakedHoldCheck implements Check {
  #dropped: HoldNote[] = [];
  /** When the task of a hold was first seen to have ended. */
  readonly #orphanedAt = new WeakMap<HoldNote, number>();
  readonly #told = new WeakSet<HoldNote>();

  dropped(hold: HoldNote): void {
    if (this.#dropped.length < mostDropped) this.#dropped.push(hold);
  }

  *look(world: World): Iterable<Diagnosis> {
    const dropped = this.#dropped;
    this.#dropped = [];
    for (const hold of dropped) {
      this.#told.add(hold);
      if (isLeak(hold)) yield diagnose(hold, world, true);
    }
    for (const instance of world.instances) {
      if (instance.waiting === 0) continue;
      for (const hold of this.#orphans(instance, world.at)) yield diagnose(hold, world, false);
    }
  }

  *#orphans({ holds }: Instance, now: number): Generator<HoldNote, void> {
    let left = mostHolds;
    for (let hold = holds.first; hold !== undefined && left > 0; hold = hold.next, left--) {
      if (hold.task?.done !== true || this.#told.has(hold)) continue;
      const since = this.#orphanedAt.get(hold);
      if (since === undefined) this.#orphanedAt.set(hold, now);
      else if (now - since >= graceMs) {
        this.#told.add(hold);
        yield hold;
      }
    }
  }
}

// A lease ends what is forgotten; and a semaphore of no permits is a signal, whose holds are nothing to keep.
function isLeak({ grant: { live, lease, lender } }: HoldNote): boolean {
  const { type, limit } = lender.subject;
  return live && lease?.limited !== true && !(type === "semaphore" && limit === 0);
}

function diagnose(hold: HoldNote, { at: now, siteOf }: World, certain: boolean): Diagnosis {
  const { totals, waiting, waits } = hold.instance;
  const site = siteOf(hold.capture);
  const waiter = siteOf(waits.first?.capture);
  const others = waiting === 0 ? "" : `; ${waitersWait(waiting)} for it, the first${at(waiter)}`;
  const what =
    `hold of ${totals.type} "${totals.name}", taken${at(site)} by ${whoIs(hold.task)} ` +
    `${duration(now - hold.startedAt)} ago`;
  return {
    kind: "leaked-hold",
    severity: certain ? "error" : "warning",
    message: certain
      ? `${what}, was dropped without release: nobody can release it any more${others}`
      : `${what}, is probably forgotten: its task has ended${others}`,
    advice: adviceFor(totals.type),
    primitives: [totals.name],
    sites: [site, waiter],
    key: JSON.stringify(["leaked-hold", totals.type, totals.name, site]),
  };
}

function adviceFor(type: string): string {
  const advice = "release it in all cases: `using hold = await ...`, or `run`, which does";
  return type === "semaphore"
    ? `${advice}; \`release()\` of a semaphore adds permits, but ends no hold`
    : advice;
}
