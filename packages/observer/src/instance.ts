import type { Grant } from "@holdup/primitives";
import { ROOT_CONTEXT, type Context } from "@opentelemetry/api";
import { Chain } from "./chain.ts";
import { Givers } from "./givers.ts";
import { HoldNote, type Stake, type WaitNote } from "./notes.ts";
import { QueuedWriters } from "./queued-writers.ts";
import type { Totals } from "./totals.ts";

/**
 * The state of one primitive: how many wait, how much is held, and the integrals from which every
 * hold's blame, and every wait's share in it, is read in constant time.
 *
 * In every moment the waiters' time is shared among the live holds in proportion to their permits:
 * `share` grows by `waiting · dt / held`. A hold remembers `share` at its grant; what it is to blame
 * for is `permits · (share now − share then)`. While nobody holds, the time is nobody's.
 *
 * `reach` is the same for one waiter: it grows by `dt / held`. What a wait owes to a hold is the hold's permits times
 * what `reach` grew while both were there (see `matrix.ts`).
 */
export class Instance {
  readonly owner: object;
  readonly totals: Totals;
  waiting = 0;
  /** Live holds. */
  holding = 0;
  /** Permits of all live holds. */
  held = 0;
  share = 0;
  reach = 0;
  /** How long somebody waited while somebody held, and while nobody did. */
  heldMs = 0;
  nobodyMs = 0;
  /** Whether the observer has it on its list of those to look at. */
  listed = false;
  /** Its number in the flight recorder; 0: it has none yet. */
  flightId = 0;
  /** How many were granted or taken so far: while it stands still, nobody gets on. */
  grants = 0;
  #givers: Givers | undefined = undefined;
  #last = 0;
  // The one live hold, while nobody has asked for its note: see `startSolo`.
  #solo: Grant | undefined = undefined;
  #soloOperation = "";
  /** When the hold that is alone, or was last, began, and the context that it was taken in. */
  soloAt = 0;
  soloContext: Context = ROOT_CONTEXT;
  // Live holds and waiters, in the order of their beginning.
  readonly #holds: Chain<HoldNote> = new Chain<HoldNote>();
  readonly waits: Chain<WaitNote> = new Chain<WaitNote>();
  /** The stakes of those whose site was looked up: of a long line, few. */
  readonly stakes: Chain<Stake> = new Chain<Stake>();

  readonly #queuedWriters: QueuedWriters | undefined;

  constructor(owner: object, totals: Totals) {
    this.owner = owner;
    this.totals = totals;
    this.#queuedWriters = totals.type === "rwlock" ? new QueuedWriters(totals) : undefined;
  }

  /** Who has put something in, of a queue. */
  get givers(): Givers {
    this.#givers ??= new Givers();
    return this.#givers;
  }

  /** The live holds, oldest first. */
  get holds(): Chain<HoldNote> {
    if (this.#solo !== undefined) this.#noteSolo(this.#solo);
    return this.#holds;
  }

  /** Whether nobody holds and nobody waits. */
  get idle(): boolean {
    return this.held === 0 && this.waiting === 0;
  }

  /**
   * A hold begins where nobody holds or waits. Most such holds end before anyone asks for them: a note is made only
   * when somebody does, and until then nothing is allocated.
   */
  startSolo(grant: Grant, operation: string, at: number, active: Context, handle: object | undefined): void {
    // On the grant, which is as young: that costs less than on an instance, which is old. A condition's wait takes the same
    // grant again, with the note of its hold before.
    grant.note = handle;
    this.#solo = grant;
    this.#soloOperation = operation;
    this.soloContext = active;
    this.soloAt = at;
    this.held = grant.permits;
    this.holding = 1;
    this.totals.holding++;
    this.grants++;
  }

  /** Ends the hold that is alone; false if it is another. */
  endSolo(grant: Grant): boolean {
    if (this.#solo !== grant) return false;
    this.#solo = undefined;
    this.held = 0;
    this.holding = 0;
    this.totals.holding--;
    return true;
  }

  // Nobody has waited since it began: the integrals stand where they stood then.
  #noteSolo(grant: Grant): void {
    this.#solo = undefined;
    const note = new HoldNote(this, grant, this.#soloOperation, this.soloAt, undefined, this.soloContext);
    note.handle = grant.note as object | undefined;
    grant.note = note;
    this.#holds.add(note);
  }

  /** Accounts for the time since the last change. Called before every change. */
  advance(at: number): void {
    if (this.waiting > 0) this.#account(at - this.#last);
    this.#last = at;
  }

  #account(ms: number): void {
    if (!(ms > 0)) return;
    const waited = this.waiting * ms;
    this.totals.blockedMs += waited;
    if (this.held > 0) {
      this.share += waited / this.held;
      this.reach += ms / this.held;
      this.heldMs += ms;
      if (this.#queuedWriters !== undefined && this.#reading) this.#queuedWriters.account(ms);
    } else {
      this.totals.unattributedMs += waited;
      this.nobodyMs += ms;
    }
  }

  get #reading(): boolean {
    return this.#holds.first?.operation === "read";
  }

  addWait(note: WaitNote): void {
    this.waiting++;
    this.totals.waiting++;
    this.waits.add(note);
    if (note.stake !== undefined) this.stakes.add(note.stake);
    this.#queuedWriters?.joined(note);
  }

  removeWait(note: WaitNote): void {
    this.waiting--;
    this.totals.waiting--;
    this.waits.remove(note);
    this.#queuedWriters?.left(note);
    if (note.stake === undefined) return;
    note.stake.end(this);
    this.stakes.remove(note.stake);
  }

  addHold(note: HoldNote): void {
    this.held += note.grant.permits;
    this.holding++;
    this.totals.holding++;
    this.grants++;
    this.holds.add(note);
  }

  /** Takes a hold off, and tells what it is to blame for that was not taken yet. */
  removeHold(note: HoldNote): number {
    this.held -= note.grant.permits;
    this.holding--;
    this.totals.holding--;
    this.#holds.remove(note);
    const blame = note.takeBlame();
    if (note.detail !== undefined) note.detail.reachAtEnd = this.reach;
    // Nobody remembers it any more: start again where doubles are finest.
    if (this.held === 0) this.share = 0;
    return blame;
  }

  /** Ends the account: nobody waits or holds any more, as far as this observer is told. */
  close(): void {
    this.totals.waiting -= this.waiting;
    this.totals.holding -= this.holding;
    this.holding = 0;
    this.waiting = 0;
    this.held = 0;
  }
}
