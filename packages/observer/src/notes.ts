import type { Grant, Task, Waiter } from "@holdup/primitives";
import type { Context, SpanContext } from "@opentelemetry/api";
import type { Capture } from "./call-site.ts";
import type { Chained } from "./chain.ts";
import type { Explanation } from "./explanation.ts";
import type { Instance } from "./instance.ts";
import type { SpanIdentity } from "./span-record.ts";

/** What the observer remembers of a wait. Times are the clock's milliseconds. */
export class WaitNote implements Chained<WaitNote> {
  next: WaitNote | undefined = undefined;
  previous: WaitNote | undefined = undefined;
  readonly instance: Instance;
  readonly waiter: Waiter;
  /** The active context at the enqueue. */
  readonly context: Context;
  readonly startedAt: number;
  /** When it left the line, granted or not; NaN while it waits. */
  grantedAt: number = Number.NaN;
  withdrawn = false;
  hold: HoldNote | undefined = undefined;
  /** How many held, and how many stood before it, at its enqueue. */
  readonly holders: number;
  readonly position: number;
  /** How many that came later went before it. */
  overtaken = 0;
  /** The hold that was handed over to it, as the flight recorder numbers them; 0: none. */
  handedOverBy = 0;
  /** If its site was looked up. */
  readonly stake: Stake | undefined;
  /** If it is to become a span. */
  plan: SpanPlan | undefined = undefined;

  constructor(
    instance: Instance,
    waiter: Waiter,
    startedAt: number,
    active: Context,
    capture: Capture | undefined,
    position: number,
  ) {
    this.instance = instance;
    this.waiter = waiter;
    this.startedAt = startedAt;
    this.context = active;
    this.stake = capture === undefined ? undefined : new Stake(instance, capture);
    this.holders = instance.holding;
    this.position = position;
  }

  get operation(): string {
    return this.waiter.operation;
  }

  get task(): Task<unknown> | undefined {
    return this.waiter.scope?.task;
  }

  get capture(): Capture | undefined {
    return this.stake?.capture;
  }
}

/** Where a wait stands in its instance's accounts, for the matrix. */
export class Stake implements Chained<Stake> {
  next: Stake | undefined = undefined;
  previous: Stake | undefined = undefined;
  readonly capture: Capture;
  /** The instance's readings when it began to wait, or was last charged; and when it left the line. */
  reach: number;
  heldMs: number;
  nobodyMs: number;
  reachAtEnd: number = Number.NaN;
  heldMsAtEnd: number = Number.NaN;
  nobodyMsAtEnd: number = Number.NaN;
  /** Of a writer: how long readers stood behind it while others read, not yet counted. */
  readersMs = 0;

  constructor({ reach, heldMs, nobodyMs }: Instance, capture: Capture) {
    this.capture = capture;
    this.reach = reach;
    this.heldMs = heldMs;
    this.nobodyMs = nobodyMs;
  }

  /** The wait leaves the line. */
  end({ reach, heldMs, nobodyMs }: Instance): void {
    this.reachAtEnd = reach;
    this.heldMsAtEnd = heldMs;
    this.nobodyMsAtEnd = nobodyMs;
  }
}

/** Links from one wait to the holds that it waited behind, at most. */
const mostBlockers = 8;

/** What is known of a wait that is to become a span. */
export class SpanPlan {
  /** The chance that it had. */
  chance: number;
  /** Its ids, when it has ended and is in a trace that is kept. */
  identity: SpanIdentity | undefined = undefined;
  /** The holds that it waited behind: those at its enqueue, and the one that handed over to it. */
  readonly blockers: HoldNote[] = [];
  /** The span of who put, set or notified what it waited for. */
  waker: SpanContext | undefined = undefined;

  constructor(chance: number) {
    this.chance = chance;
  }

  /** Keeps a hold in mind, and has it remember what its own span needs. */
  blockedBy(hold: HoldNote): void {
    if (this.blockers.length === mostBlockers || this.blockers.includes(hold)) return;
    hold.detail ??= new HoldDetail(hold.instance, undefined);
    this.blockers.push(hold);
  }
}

/** What the observer remembers of a hold. As little as can be: most holds are never waited for. */
export class HoldNote implements Chained<HoldNote> {
  next: HoldNote | undefined = undefined;
  previous: HoldNote | undefined = undefined;
  readonly instance: Instance;
  readonly grant: Grant;
  readonly operation: string;
  readonly task: Task<unknown> | undefined;
  /** The active context at the acquire. */
  readonly context: Context;
  readonly startedAt: number;
  shareAtStart: number;
  /** Whether anyone waited for it. */
  contended = false;
  /** Its number in the flight recorder; 0: it has none yet. */
  flightId = 0;
  /** The user's end of it, until it is watched (see `handle-watch.ts`). */
  handle: object | undefined = undefined;
  /** More, if its site was looked up, or it is to be explained or to become a span. */
  detail: HoldDetail | undefined = undefined;

  constructor(
    instance: Instance,
    grant: Grant,
    operation: string,
    startedAt: number,
    task: Task<unknown> | undefined,
    active: Context,
  ) {
    this.instance = instance;
    this.grant = grant;
    this.operation = operation;
    this.startedAt = startedAt;
    this.shareAtStart = instance.share;
    this.task = task;
    this.context = active;
  }

  /** The blame since the start, or since the last time it was taken. */
  takeBlame(): number {
    const { share } = this.instance;
    const blame = this.grant.permits * (share - this.shareAtStart);
    this.shareAtStart = share;
    return blame;
  }

  get capture(): Capture | undefined {
    return this.detail?.capture;
  }
}

/** What there is to know of a hold whose site was looked up, or that is to be explained or to become a span. */
export class HoldDetail {
  capture: Capture | undefined;
  /** The instance's reading when it began, or when it was last charged. */
  reach: number;
  reachAtEnd: number = Number.NaN;
  endedAt: number = Number.NaN;
  /** Blame at its end, not yet counted to its site. */
  blameMs = 0;
  /** Made when a wait that is kept as a span was behind it: an uncontended hold needs no span. */
  identity: SpanIdentity | undefined = undefined;
  /** The chance with which it was kept. */
  chance = 1;
  /** Whether it has been counted and told of. */
  told = false;
  /** Whether it was counted as a span for which there was no room. */
  lost = false;
  /** The span of the wait that it was granted to. */
  grantedTo: SpanIdentity | undefined = undefined;
  explanation: Explanation | undefined = undefined;
  /** It was given back before its code ran: no hold (X6). */
  withdrawn = false;

  constructor(instance: Instance, capture: Capture | undefined) {
    this.capture = capture;
    this.reach = instance.reach;
  }
}

/** What the observer remembers of a task: its live holds, oldest first. */
export class TaskNote {
  readonly era: object;
  readonly holds: HoldNote[] = [];

  constructor(era: object) {
    this.era = era;
  }

  remove(hold: HoldNote): void {
    const last = this.holds.length - 1;
    // The last taken is mostly the first given back.
    if (this.holds[last] === hold) this.holds.pop();
    else this.holds.splice(this.holds.indexOf(hold), 1);
  }
}
