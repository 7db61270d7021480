import { AsyncLocalStorage } from "node:async_hooks";
import {
  Flow,
  Grant,
  patient,
  seam,
  Waiter,
  WaitQueue,
  type CallSite,
  type Failure,
  type Lender,
  type PrimitiveType,
  type Room,
  type Subject,
} from "@holdup/primitives";
import { ForeignSubject } from "./foreign-subject.ts";

/**
 * A lock, limiter or pool of a library, as the observer knows it. It decides nothing: who waits, who holds and since
 * when is told of by the wrapper of the library, turn by turn.
 */
export class ForeignPrimitive implements Room, Lender {
  readonly subject: Subject;
  readonly mayFail = false;
  readonly idle: () => void;
  /** Whether what is held ends without the code that asked for it: an answer comes, a thread is done. */
  endsByItself = false;
  // In the order of asking.
  readonly #waiting = new Set<Turn>();
  readonly #holding = new Set<Turn>();
  #door: WaitQueue | undefined = undefined;
  /** Holds that are over for the program, while the library is about to give what was held to the next. */
  readonly passing: Turn[] = [];

  /**
   * @param subject what it is; mostly one after the user's line, see {@link ForeignPrimitive.of}
   * @param idle called whenever nobody holds and nobody waits any more
   */
  constructor(subject: Subject, idle: () => void = nothing) {
    this.subject = subject;
    this.idle = idle;
  }

  /** One that is called after the user's line that is on the stack now. */
  static of(type: PrimitiveType, label: string, limit: number): ForeignPrimitive {
    return new ForeignPrimitive(new ForeignSubject(type, label, limit));
  }

  /** This one, whose holds end by themselves. */
  endingByItself(): this {
    this.endsByItself = true;
    return this;
  }

  get describes(): string {
    return this.subject.describes;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.size;
  }

  /** How many hold. */
  get held(): number {
    return this.#holding.size;
  }

  /** Who waits and who holds, in the order in which they came to it. */
  get waiting(): Iterable<Turn> {
    return this.#waiting;
  }
  get holding(): Iterable<Turn> {
    return this.#holding;
  }

  /** Somebody asks for it; whether it has to wait is told next. */
  ask(operation: string, permits: number = 1, priority: number = 0): Turn {
    return new Turn(this, this.#waiting, this.#holding, operation, permits, priority);
  }

  /** Somebody was turned away without waiting. */
  refuse(operation: string, failure: Failure): void {
    this.#door ??= new WaitQueue(this.subject);
    seam.refused(this.#door, operation, failure);
  }

  // A turn's waiter has no promise here: it is never interrupted, and nothing is delivered to it.
  leave(): void {}
  takeBack(): undefined {}
  delivered(): void {}
  giveBack(): void {}
}

/** The code of the program that runs in a hold, see {@link Turn.during}. */
const currentFlow = new AsyncLocalStorage<Flow>();

/** Which hold is being passed on right now, if any: the observer can be told of one at a time. */
let passedOn: Grant | undefined;

/**
 * One use of a foreign primitive, from asking to giving back. What comes too late (an end after a failure, a grant to
 * one who left) is nothing: libraries report such things in whatever order.
 */
export class Turn {
  readonly #primitive: ForeignPrimitive;
  readonly #line: Set<Turn>;
  readonly #holders: Set<Turn>;
  readonly #operation: string;
  readonly permits: number;
  readonly #priority: number;
  #waiter: Waiter | undefined = undefined;
  #grant: Grant | undefined = undefined;
  #state: "asked" | "waits" | "holds" | "over" = "asked";
  // The code that asks, and the code that it is held for.
  readonly #asker: Flow | undefined = currentFlow.getStore();
  #flow: Flow | undefined = undefined;

  constructor(
    primitive: ForeignPrimitive,
    line: Set<Turn>,
    holders: Set<Turn>,
    operation: string,
    permits: number,
    priority: number,
  ) {
    this.#primitive = primitive;
    this.#line = line;
    this.#holders = holders;
    this.#operation = operation;
    this.permits = permits;
    this.#priority = priority;
  }

  /** Whether it waits. */
  get waits(): boolean {
    return this.#state === "waits";
  }

  /** Whether it has it. */
  get holds(): boolean {
    return this.#state === "holds";
  }

  /** It has to wait. Its site is the caller's, or `site`, where that can't be seen from here. */
  stand(site?: CallSite): void {
    if (this.#state !== "asked") return;
    this.#state = "waits";
    this.#waiter = new Waiter(this.#primitive, this.#operation, this.permits, this.#priority);
    this.#line.add(this);
    this.#asker?.began(this.#waiter);
    seam.parked(this.#waiter, site === undefined ? patient : { site });
  }

  /** It has it, without waiting, or after it. Its code does not run yet. */
  take(site?: CallSite): void {
    if (this.#state === "asked") this.#takeAtOnce(site);
    else if (this.#state === "waits") {
      const [before] = this.#primitive.passing;
      if (before === undefined) this.#takeInTurn(this.#waiter as Waiter);
      else before.end(() => this.#takeInTurn(this.#waiter as Waiter));
    }
  }

  /** It has it, and the code that awaits it runs on as soon as the promise that was just resolved lets it. */
  takeSoon(): void {
    this.take();
    if (this.#waiter !== undefined && this.holds) seam.resuming(this.#waiter);
    this.#waiter = undefined;
  }

  /** It has it, and its code runs, right after this. */
  run(site?: CallSite): void {
    this.take(site);
    this.#endPassing();
    if (this.#waiter !== undefined && this.holds) seam.resumed(this.#waiter);
    this.#waiter = undefined;
  }

  /**
   * Runs the program's function for which it is held, from its start to its end: what that waits for, however deep, is
   * what this hold waits for. That is how a limiter is found whose jobs wait for the limiter itself.
   */
  during<T>(fn: () => T): T {
    const grant = this.#grant;
    if (this.#state !== "holds" || grant === undefined) return fn();
    this.#flow = new Flow(grant);
    grant.flow = this.#flow;
    return currentFlow.run(this.#flow, fn);
  }

  /** It gives back. `passOn` is the library's own way to do it: who gets it within, gets it from this one. */
  end<T>(passOn: () => T): T {
    const grant = this.#grant;
    if (this.#state !== "holds" || grant === undefined) {
      this.leave("cancelled");
      return passOn();
    }
    this.#over();
    this.#endPassing();
    grant.live = false;
    passedOn = grant;
    seam.releasing(grant);
    try {
      return passOn();
    } finally {
      if (passedOn === grant) this.#endPassing();
    }
  }

  /**
   * It gives back. Who is next, if anyone waits, gets it from this one when all microtasks have run, or so many turns of
   * the event loop later, as the library has it; or never.
   */
  done(turns: number = 0): void {
    if (this.#state !== "holds" || this.#line.size === 0) {
      this.end(nothing);
      return;
    }
    const { passing } = this.#primitive;
    if (passing.includes(this)) return;
    passing.push(this);
    if (turns === 0) process.nextTick(endPassing, this);
    else setImmediate(endLater, this, turns - 1);
  }

  /** It waits no more, and did not get it. */
  leave(failure: Failure): void {
    if (this.#state === "asked") {
      this.#over();
      this.#primitive.refuse(this.#operation, failure);
    } else if (this.#state === "waits") {
      this.#over();
      const waiter = this.#waiter as Waiter;
      waiter.state = "failed";
      this.#asker?.ended(waiter);
      seam.withdrawn(waiter);
      seam.left(waiter, failure);
    }
  }

  #takeAtOnce(site: CallSite | undefined): void {
    this.#hold();
    seam.taken(this.#grant as Grant, this.#operation, site === undefined ? patient : { site });
  }

  #takeInTurn(waiter: Waiter): void {
    this.#line.delete(this);
    this.#asker?.ended(waiter);
    this.#hold();
    waiter.state = "granted";
    waiter.grant = this.#grant;
    seam.granted(waiter);
    waiter.grant = undefined;
    // One that gives back a single permit makes one other happy: what comes next is the program's own.
    if (passedOn?.permits === 1) this.#endPassing();
  }

  #hold(): void {
    this.#state = "holds";
    const grant = new Grant(this.#primitive, this.permits);
    this.#grant = grant;
    this.#holders.add(this);
    if (this.#asker === undefined) return;
    this.#asker.began(grant);
    if (!this.#primitive.endsByItself) grant.flow = this.#asker;
  }

  #over(): void {
    const { passing } = this.#primitive;
    const place = passing.length === 0 ? -1 : passing.indexOf(this);
    if (place >= 0) passing.splice(place, 1);
    this.#line.delete(this);
    this.#holders.delete(this);
    this.#state = "over";
    this.#flow?.end();
    if (this.#grant !== undefined) this.#asker?.ended(this.#grant);
    if (this.#line.size + this.#holders.size === 0) this.#primitive.idle();
  }

  #endPassing(): void {
    const grant = passedOn;
    passedOn = undefined;
    if (grant !== undefined) seam.released(grant);
  }
}

function endPassing(turn: Turn): void {
  turn.end(nothing);
}

function endLater(turn: Turn, turns: number): void {
  if (turns > 0) setImmediate(endLater, turn, turns - 1);
  else endPassing(turn);
}

function nothing(): void {}
