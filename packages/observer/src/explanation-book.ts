import type { Task } from "@holdup/primitives";
import { trace, type Context } from "@opentelemetry/api";
import { Explanation } from "./explanation.ts";
import { HoldDetail, type HoldNote } from "./notes.ts";
import type { Stalls } from "./stalls.ts";

/** A span of the program itself that has ended. Times are milliseconds of the monotonic clock. */
export interface EndedSpan {
  readonly name: string;
  readonly parentSpanId: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** The code that holds or waits: its task, or else the context it runs in. */
export interface Doer {
  readonly task: Task<unknown> | undefined;
  readonly context: Context;
}

/** The open holds whose time is looked into, by their task, or else by the span that they were taken in. */
export class ExplanationBook {
  readonly #stalls: Stalls;
  readonly #holds = new Map<unknown, HoldNote[]>();

  constructor(stalls: Stalls) {
    this.#stalls = stalls;
  }

  /** Whether there is any: mostly not, and who asks first need not tell what happened. */
  get any(): boolean {
    return this.#holds.size > 0;
  }

  /** Someone began to wait for this hold: from now on its time is looked into, if its code is known. */
  begin(hold: HoldNote, at: number): void {
    const who = identityOf(hold);
    if (who === undefined) return;
    hold.detail ??= new HoldDetail(hold.instance, undefined);
    hold.detail.explanation = new Explanation(at, this.#stalls);
    const others = this.#holds.get(who);
    if (others === undefined) this.#holds.set(who, [hold]);
    else others.push(hold);
  }

  /** A hold has ended. */
  end(hold: HoldNote): void {
    const who = identityOf(hold);
    const others = this.#holds.get(who)?.filter((other) => other !== hold) ?? [];
    if (others.length === 0) this.#holds.delete(who);
    else this.#holds.set(who, others);
  }

  /** This code was busy with something: that explains its holds, but for `except`. */
  happened(doer: Doer, what: string, from: number, to: number, except?: HoldNote): void {
    const holds = this.#holds.get(identityOf(doer)) ?? [];
    for (const hold of holds) if (hold !== except) hold.detail?.explanation?.add(what, from, to);
  }

  /** A span of the program's own has ended: it may be what a holder was waiting for. */
  spanEnded({ name, parentSpanId, startMs, endMs }: EndedSpan): void {
    for (const holds of this.#holds.values()) {
      for (const hold of holds) {
        if (trace.getSpanContext(hold.context)?.spanId !== parentSpanId) continue;
        hold.detail?.explanation?.add(`in ${name}`, startMs, endMs);
      }
    }
  }

  clear(): void {
    this.#holds.clear();
  }
}

function identityOf({ task, context }: Doer): unknown {
  return task ?? trace.getSpanContext(context)?.spanId;
}
