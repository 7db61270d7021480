import type { Totals } from "./totals.ts";
import type { WaitNote } from "./notes.ts";

/**
 * Of a lock for readers and writers: how long readers waited that could have read with those who did, had no
 * writer been queued before them. The holders are to blame for that time as for any other (it is theirs that the
 * writer waits for); this tells, besides, which writer it was that stood between.
 *
 * While others read, whoever waits to read stands behind a queued writer: the lock is fair. It is charged to the
 * writer that has waited longest.
 */
export class QueuedWriters {
  readonly #totals: Totals;
  // In the order of their arrival.
  readonly #writers = new Set<WaitNote>();
  #readers = 0;

  constructor(totals: Totals) {
    this.#totals = totals;
  }

  joined(note: WaitNote): void {
    if (note.operation === "write") this.#writers.add(note);
    else this.#readers++;
  }

  left(note: WaitNote): void {
    if (note.operation === "write") this.#writers.delete(note);
    else this.#readers--;
  }

  /** So much time has gone by while others read. */
  account(ms: number): void {
    if (this.#readers === 0) return;
    const [writer] = this.#writers;
    if (writer === undefined) return;
    const waited = this.#readers * ms;
    if (writer.stake === undefined) this.#totals.stoodBehind(null, waited);
    else writer.stake.readersMs += waited;
  }
}
