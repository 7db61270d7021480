import { Budget } from "./budget.ts";
import type { Instance } from "./instance.ts";
import type { HoldNote } from "./notes.ts";

/** Handles a second that are watched from the start, and for how many that is put by. */
const atOncePerSecond = 10;
const atOnceRoom = 100;

/** Handles that one look begins to watch, at most: a semaphore may have lent a hundred thousand permits. */
const mostEachLook = 1000;

/**
 * Notices when the user's end of a hold is garbage-collected while the hold lives: nobody can release it any more.
 *
 * Watching is dear: until the next full collection it keeps the handle, the note of its hold and the task that holds.
 * So only a few are watched from the start. The others are kept by the notes of their holds, which most end with, and
 * watched when their hold is still there at a look.
 */
export class HandleWatch {
  readonly #atOnce = new Budget(atOncePerSecond, atOnceRoom);
  readonly #registry: FinalizationRegistry<HoldNote>;

  /** `dropped` is told of the hold. */
  constructor(dropped: (hold: HoldNote) => void) {
    this.#registry = new FinalizationRegistry(dropped);
  }

  /** Whether the handle of a hold that begins now is to be watched from the start: `watch` does. */
  takes(at: number): boolean {
    return this.#atOnce.take(at);
  }

  /** Until when `takes` says no. */
  get spentUntil(): number {
    return this.#atOnce.emptyUntil;
  }

  watch(hold: HoldNote, handle: object): void {
    this.#registry.register(handle, hold);
    hold.handle = undefined;
  }

  /** Watches the holds that have lasted until now. */
  look(instances: readonly Instance[]): void {
    let left = mostEachLook;
    for (const { holds } of instances) {
      for (let hold = holds.first; hold !== undefined && left > 0; hold = hold.next) {
        if (hold.handle === undefined) continue;
        this.watch(hold, hold.handle);
        left--;
      }
    }
  }
}
