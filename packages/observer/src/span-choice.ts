import type { Ledger } from "./ledger.ts";
import { HoldDetail, SpanPlan, type HoldNote, type WaitNote } from "./notes.ts";
import type { Settings } from "./options.ts";
import { identify, isKept } from "./span-record.ts";

/**
 * Which waits and holds become spans. It is decided once: for a wait when it begins, by chance, or as soon as it has been
 * blocked for long; for the holds that it waited behind, with it.
 */
export class SpanChoice {
  /** Whether holds that nobody waits for become spans, too. */
  readonly ofAll: boolean;
  readonly #settings: Settings;
  readonly #ledger: Ledger;

  constructor(settings: Settings, ledger: Ledger) {
    this.ofAll = settings.spans === "all";
    this.#settings = settings;
    this.#ledger = ledger;
  }

  /** A wait begins. */
  waitBegins(note: WaitNote, at: number): void {
    if (this.#settings.spans === "none") return;
    const chance = note.instance.totals.sampler.chance(at);
    if (chance === 1 || Math.random() < chance) plan(note, chance);
  }

  /** It was granted: what was blocked for long is to become a span for certain. */
  granted(note: WaitNote, at: number): void {
    if (!this.#isLong(note, at)) return;
    note.plan ??= plan(note, 1);
    note.plan.chance = 1;
  }

  /** It has ended: makes its identity, and that of the holds that it waited behind, if there is room for them. */
  waitEnds(note: WaitNote, at: number): void {
    this.granted(note, at);
    const { plan: chosen, hold } = note;
    if (chosen === undefined || !isKept(note.context, this.#settings.followParent)) return;
    if (this.#ledger.full) {
      // Made ready in vain, each would cost ten times as much as the rest of the wait.
      note.plan = undefined;
      this.#ledger.lost(chosen.blockers);
      return;
    }
    chosen.identity = identify(note.context, this.#settings.followParent);
    for (const blocker of chosen.blockers) this.#ledger.identify(blocker, chosen.chance);
    if (hold === undefined) return;
    hold.detail ??= new HoldDetail(note.instance, undefined);
    hold.detail.grantedTo = chosen.identity;
  }

  /** A hold begins where all may become spans. */
  holdBegins(hold: HoldNote, at: number): void {
    const { sampler } = hold.instance.totals;
    const chance = sampler.chance(at);
    if (Math.random() >= chance) return;
    sampler.kept();
    hold.detail ??= new HoldDetail(hold.instance, undefined);
    hold.detail.chance = chance;
    hold.detail.identity = identify(hold.context, this.#settings.followParent);
  }

  #isLong({ startedAt }: WaitNote, at: number): boolean {
    return at - startedAt >= this.#settings.spanThresholdMs && this.#settings.spans !== "none";
  }
}

function plan(note: WaitNote, chance: number): SpanPlan {
  const chosen = new SpanPlan(chance);
  note.plan = chosen;
  note.instance.totals.sampler.kept();
  for (let hold = note.instance.holds.first; hold !== undefined; hold = hold.next) chosen.blockedBy(hold);
  return chosen;
}
