import type { Check, World } from "../check.ts";
import { duration, inWords, joining, sleeping } from "../explanation.ts";
import type { Diagnosis } from "../findings.ts";
import type { Instance } from "../instance.ts";
import { TaskNote, WaitNote, type HoldNote } from "../notes.ts";
import type { Totals } from "../totals.ts";
import { lineOf, waitersWait } from "./wording.ts";

/** What can be held so that others wait for it. */
const held: ReadonlySet<string> = new Set(["lock", "rwlock", "semaphore", "pool"]);

/** A hold is looked at when it has lasted so long and someone has waited so long for it. */
const slowMs = 1000;
const waitedMs = 250;

/** It is slow if at least so many wait. */
const manyWaiters = 3;
/** Or if it has lasted so many times as long as its primitive's holds do on average, of which there were so many. */
const timesTheUsual = 10;
const fewestHolds = 10;

/** Holds of one primitive that are looked at, the oldest. */
const mostHolds = 8;

/** A hold that lasts, while others wait for it. Told while it is open, with what its holder does. */
export class SlowHoldCheck implements Check {
  readonly #told = new WeakSet<HoldNote>();

  *look(world: World): Iterable<Diagnosis> {
    for (const instance of world.instances) {
      if (!isWaitedFor(instance, world.at)) continue;
      let left = mostHolds;
      // The oldest come first.
      for (let hold = instance.holds.first; hold !== undefined && left > 0; hold = hold.next, left--) {
        const ms = world.at - hold.startedAt;
        if (ms < slowMs) break;
        if (this.#told.has(hold) || !isSlow(hold, ms, world)) continue;
        this.#told.add(hold);
        yield diagnose(hold, ms, world);
      }
    }
  }
}

function isWaitedFor({ waits: { first }, totals }: Instance, at: number): boolean {
  return first !== undefined && at - first.startedAt >= waitedMs && held.has(totals.type);
}

// It is not to blame for what nobody could have done: if that is most of it, the event loop is, which has its own finding.
function isSlow({ instance, startedAt }: HoldNote, ms: number, { stalledSince }: World): boolean {
  const stalledMs = stalledSince(startedAt);
  const ownMs = ms - stalledMs;
  return ownMs >= slowMs && ownMs > stalledMs && isUnusual(instance, ownMs);
}

function isUnusual({ waiting, totals }: Instance, ms: number): boolean {
  return waiting >= manyWaiters || usualMs(totals) * timesTheUsual <= ms;
}

// As far as it was counted; infinite if that is too little to say.
function usualMs({ holdRows }: Totals): number {
  let count = 0;
  let sum = 0;
  for (const row of holdRows.values()) {
    count += row.count;
    sum += row.holdMs;
  }
  return count < fewestHolds ? Number.POSITIVE_INFINITY : sum / count;
}

function diagnose(hold: HoldNote, ms: number, { at, siteOf }: World): Diagnosis {
  const { waiting, totals } = hold.instance;
  const site = siteOf(hold.capture);
  const doing = whatItDoes(hold, at);
  return {
    kind: "slow-hold",
    severity: "warning",
    message:
      `hold of "${totals.name}"${site === null ? "" : ` from ${lineOf(site)}`} lasts ${duration(ms)} ` +
      `while ${waitersWait(waiting)}${doing === "" ? "" : `: ${doing}`}`,
    advice: `do what takes long before or after holding "${totals.name}", hold it for less, or give what is awaited a time limit`,
    primitives: [totals.name],
    sites: [site],
  };
}

function whatItDoes(hold: HoldNote, at: number): string {
  const { detail, task, startedAt } = hold;
  const explanation = detail?.explanation;
  if (explanation === undefined) return "";
  // What has not ended yet it was not told of.
  for (const { note, operation } of task?.waits() ?? []) {
    if (note instanceof WaitNote)
      explanation.add(`waiting for ${note.instance.totals.name}`, note.startedAt, at);
    else if (typeof note === "number") explanation.add(operation === "sleep" ? sleeping : joining, note, at);
  }
  for (const inner of task?.note instanceof TaskNote ? task.note.holds : []) {
    if (inner !== hold && inner.startedAt >= startedAt)
      explanation.add(`using ${inner.instance.totals.name}`, inner.startedAt, at);
  }
  return inWords(explanation.end(at));
}
