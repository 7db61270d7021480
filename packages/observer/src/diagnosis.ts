import { now, type Subject, type Task } from "@holdup/primitives";
import type { Capture } from "./call-site.ts";
import type { Check, World } from "./check.ts";
import { blockedEventLoop } from "./checks/blocked-event-loop.ts";
import { FindingBook } from "./findings.ts";
import type { Instance } from "./instance.ts";
import type { LoopBlock } from "./loop-block.ts";
import type { HoldNote, WaitNote } from "./notes.ts";
import { Stalls } from "./stalls.ts";

/** How often it looks, in milliseconds: a finding that has to be seen twice is there within a second. */
const roundMs = 250;

/** A check that wants to be told of this. */
type Told<What extends keyof Check> = Required<Pick<Check, What>>;

/**
 * Has all checks look at the program, some times a second while anyone waits, and keeps what they find. What happens
 * in between is told to those who asked for it.
 */
export class Diagnosis {
  readonly book: FindingBook = new FindingBook();
  readonly stalls: Stalls = new Stalls();
  readonly #checks: readonly Check[];
  // Asked for every nested operation and every contended release: only those that want to be told.
  readonly #onNested: readonly Told<"nested">[];
  readonly #onRelease: readonly Told<"released">[];
  readonly #world: () => World;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #watchesEnd = false;
  readonly #ending = () => this.#guarded(() => this.#lookAt({ ...this.#world(), ending: true }));

  /** `failed` is called with what a check throws. */
  constructor(checks: readonly Check[], world: () => World, failed: (error: unknown) => void) {
    this.#checks = checks;
    this.#onNested = checks.filter((check) => check.nested !== undefined) as Told<"nested">[];
    this.#onRelease = checks.filter((check) => check.released !== undefined) as Told<"released">[];
    this.#world = world;
    this.#failed = failed;
  }

  /** There is something to look at: from now on it looks, until there is nothing more. */
  waiting(): void {
    if (this.#timer === undefined) this.#start();
  }

  #start(): void {
    this.#timer = setInterval(() => this.#round(), roundMs).unref();
    this.stalls.start(performance.now(), roundMs, now());
    if (this.#watchesEnd) return;
    this.#watchesEnd = true;
    // Before all others: one of them may take the observer out.
    process.prependListener("beforeExit", this.#ending);
  }

  nested(held: readonly HoldNote[], instance: Instance, capture: () => Capture, task: Task<unknown>): void {
    this.waiting();
    for (const check of this.#onNested) check.nested(held, instance, capture, task);
  }

  dropped(hold: HoldNote): void {
    this.waiting();
    for (const check of this.#checks) check.dropped?.(hold);
  }

  overtook(note: WaitNote, operation: string): void {
    this.waiting();
    for (const check of this.#checks) check.overtook?.(note, operation);
  }

  read(subject: Subject, capture: () => Capture): void {
    for (const check of this.#checks) check.read?.(subject, capture);
  }

  wrote(subject: Subject, capture: () => Capture): void {
    this.waiting();
    for (const check of this.#checks) check.wrote?.(subject, capture);
  }

  released(hold: HoldNote, at: number): void {
    for (const check of this.#onRelease) check.released(hold, at);
  }

  /** Nobody has to look for it: it is told of when it is over. */
  blocked(block: LoopBlock): void {
    this.book.add(blockedEventLoop(block));
  }

  /** Looks now, unless it did in this moment. */
  look(): void {
    const world = this.#world();
    // Twice in one moment would be no second look.
    if (world.at - this.#lookedAt < roundMs / 2) return;
    this.#lookedAt = world.at;
    this.#lookAt(world);
  }

  /** Looks as if a moment had gone by in which nothing happened, and another: for the end of a test, which has no time for them. */
  lookAhead(): void {
    const world = this.#world();
    for (const ms of [600, 900]) this.#lookAt({ ...world, at: world.at + ms });
  }

  stop(): void {
    this.#rest();
    this.#watchesEnd = false;
    process.off("beforeExit", this.#ending);
  }

  #round(): void {
    this.#guarded(() => {
      // How late a timer of Node's is, only Node's own clock can tell.
      this.stalls.round(performance.now(), roundMs, this.#world().at);
      this.look();
      if (this.#world().instances.every(({ waiting }) => waiting === 0)) this.#rest();
    });
  }

  #lookAt(world: World): void {
    for (const check of this.#checks) {
      for (const diagnosis of check.look?.(world) ?? []) this.book.add(diagnosis);
    }
  }

  #rest(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.stalls.rest();
  }

  #guarded(look: () => void): void {
    try {
      look();
    } catch (error) {
      this.stop();
      this.#failed(error);
    }
  }
}
