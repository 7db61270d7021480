import type { Grant, Waiter } from "@holdup/primitives";
import type { Context } from "@opentelemetry/api";
import type { Capture } from "./call-site.ts";
import type { SpanIdentity } from "./span-record.ts";
import type { Totals } from "./totals.ts";

/**
 * The state of one primitive: how many wait, how much is held, and the integral from which every
 * hold's blame is read in constant time.
 *
 * In every moment the waiters' time is shared among the live holds in proportion to their permits:
 * `share` grows by `waiting · dt / held`. A hold remembers `share` at its grant; what it is to blame
 * for is `permits · (share now − share then)`. While nobody holds, the time is nobody's.
 */
export class Instance {
  readonly owner: object;
  readonly totals: Totals;
  waiting = 0;
  /** Permits of all live holds. */
  held = 0;
  share = 0;
  /** Whether the observer has it on its list of those to look at. */
  listed = false;
  #last = 0;
  // Live holds and waiters, in the order of their beginning, each linked to its neighbours.
  readonly holds: Chain<HoldNote> = new Chain<HoldNote>();
  readonly waits: Chain<WaitNote> = new Chain<WaitNote>();

  constructor(owner: object, totals: Totals) {
    this.owner = owner;
    this.totals = totals;
  }

  /** Accounts for the time since the last change. Called before every change. */
  advance(at: number): void {
    if (this.waiting > 0 && at > this.#last) {
      const waited = this.waiting * (at - this.#last);
      this.totals.blockedMs += waited;
      if (this.held > 0) this.share += waited / this.held;
      else this.totals.unattributedMs += waited;
    }
    this.#last = at;
  }

  addWait(note: WaitNote): void {
    this.waiting++;
    this.totals.waiting++;
    this.waits.add(note);
  }

  removeWait(note: WaitNote): void {
    this.waiting--;
    this.totals.waiting--;
    this.waits.remove(note);
  }

  addHold(note: HoldNote): void {
    this.held += note.grant.permits;
    this.totals.holding++;
    note.shareAtStart = this.share;
    this.holds.add(note);
  }

  /** Ends the account: nobody waits or holds any more, as far as this observer is told. */
  close(): void {
    this.totals.waiting -= this.waiting;
    for (let hold = this.holds.first; hold !== undefined; hold = hold.next) this.totals.holding--;
    this.waiting = 0;
    this.held = 0;
  }

  removeHold(note: HoldNote): void {
    this.held -= note.grant.permits;
    this.totals.holding--;
    this.holds.remove(note);
    note.blameMs += note.takeBlame();
    // Nobody remembers it any more: start again where doubles are finest.
    if (this.held === 0) this.share = 0;
  }
}

interface Chained<Self> {
  next: Self | undefined;
  previous: Self | undefined;
}

/** A doubly linked list through its members. */
export class Chain<Member extends Chained<Member>> {
  first: Member | undefined = undefined;
  #last: Member | undefined = undefined;

  add(member: Member): void {
    member.previous = this.#last;
    if (this.#last === undefined) this.first = member;
    else this.#last.next = member;
    this.#last = member;
  }

  remove(member: Member): void {
    const { previous, next } = member;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    member.next = undefined;
    member.previous = undefined;
  }

  *[Symbol.iterator](): Generator<Member, void> {
    for (let member = this.first; member !== undefined; member = member.next) yield member;
  }
}

/** What the observer remembers of a wait. Times are the clock's milliseconds. */
export class WaitNote implements Chained<WaitNote> {
  next: WaitNote | undefined = undefined;
  previous: WaitNote | undefined = undefined;
  readonly instance: Instance;
  readonly waiter: Waiter;
  readonly startedAt: number;
  /** The active context at the enqueue. */
  readonly context: Context;
  capture: Capture | undefined = undefined;
  /** When it left the line, granted or not; NaN while it waits. */
  grantedAt: number = Number.NaN;
  withdrawn = false;
  hold: HoldNote | undefined = undefined;
  /** For its span, if it is to have one. */
  span: WaitSpan | undefined = undefined;

  constructor(instance: Instance, waiter: Waiter, startedAt: number, active: Context) {
    this.instance = instance;
    this.waiter = waiter;
    this.startedAt = startedAt;
    this.context = active;
  }

  get operation(): string {
    return this.waiter.operation;
  }

  get task(): TaskIdentity | undefined {
    return this.waiter.scope?.task;
  }
}

/** What a wait's span needs to know from the moment of the enqueue. */
export interface WaitSpan {
  readonly identity: SpanIdentity;
  /** Spans of the holds that it waited behind: those at its enqueue, and the one that handed over to it. */
  readonly blockers: SpanIdentity[];
  readonly holders: number;
  readonly position: number;
}

/** What the observer remembers of a hold. */
export class HoldNote implements Chained<HoldNote> {
  next: HoldNote | undefined = undefined;
  previous: HoldNote | undefined = undefined;
  readonly instance: Instance;
  readonly grant: Grant;
  readonly operation: string;
  readonly startedAt: number;
  readonly task: TaskIdentity | undefined;
  capture: Capture | undefined;
  endedAt: number = Number.NaN;
  shareAtStart = 0;
  /** Blame not yet counted to its site. */
  blameMs = 0;
  /** The active context at the acquire. */
  readonly context: Context;
  /** Made when a waiter stands behind it: an uncontended hold needs no span. */
  identity: SpanIdentity | undefined = undefined;
  /** The span of the wait that it was granted to. */
  grantedTo: SpanIdentity | undefined = undefined;

  constructor(
    instance: Instance,
    grant: Grant,
    operation: string,
    startedAt: number,
    task: TaskIdentity | undefined,
    capture: Capture | undefined,
    context: Context,
  ) {
    this.instance = instance;
    this.grant = grant;
    this.operation = operation;
    this.startedAt = startedAt;
    this.task = task;
    this.capture = capture;
    this.context = context;
  }

  /** The blame since the start, or since the last time it was taken. */
  takeBlame(): number {
    const { share } = this.instance;
    const blame = this.grant.permits * (share - this.shareAtStart);
    this.shareAtStart = share;
    return blame;
  }
}

/** Which task, as far as telemetry is concerned. */
export interface TaskIdentity {
  readonly id: string;
  readonly name: string;
}
