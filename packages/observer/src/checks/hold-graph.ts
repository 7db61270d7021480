import { Waiter, type Flow, type Grant } from "@holdup/primitives";
import type { Instance } from "../instance.ts";
import { WaitNote, type HoldNote } from "../notes.ts";
import { isCounted } from "./wait-for.ts";

/** Code that runs in a hold, and what it has asked for and waits for, in the last place. */
export interface Step {
  readonly hold: HoldNote;
  readonly wait: WaitNote;
}

/** What has to go on first: code that runs in a hold, or all who hold something. */
type Need = Flow | Instance;

// Looked at in one go: with more, those that are not looked at count as able to go on.
const mostSteps = 10_000;

/**
 * Which primitives can't be had any more: all of them is held by code that waits for something that can't be had any
 * more. Of code outside of tasks, which runs in holds (see {@link Flow}). Found by taking away, from all that waits,
 * again and again that for which there is a way out.
 */
export class HoldGraph {
  readonly #stuck = new Map<Need, readonly Need[]>();
  readonly #known: ReadonlySet<Instance>;
  #steps = mostSteps;

  /**
   * @param known those whose waits and holds are told of now
   * @param from those that may be stuck
   */
  constructor(known: ReadonlySet<Instance>, from: Iterable<Instance>) {
    this.#known = known;
    // A set gives what is added while it is gone through.
    const seen = new Set<Need>(from);
    for (const need of seen) {
      const needs = this.#needsOf(need);
      if (needs === undefined) continue;
      this.#stuck.set(need, needs);
      for (const other of needs) seen.add(other);
    }
    this.#takeAway();
  }

  /** From what is held to what its holder waits for, and on, until it comes back; undefined if it may be had. */
  circleFrom(start: Instance): readonly Step[] | undefined {
    const path = new Map<Instance, Step>();
    let instance = start;
    while (this.#stuck.has(instance) && !path.has(instance)) {
      const step = this.#stepFrom(instance);
      if (step === undefined) return undefined;
      path.set(instance, step);
      instance = step.wait.instance;
    }
    if (!path.has(instance)) return undefined;
    return [...path.values()].slice([...path.keys()].indexOf(instance));
  }

  #needsOf(need: Need): readonly Need[] | undefined {
    const needs = "inside" in need ? this.#flowNeeds(need) : this.#holdersOf(need);
    this.#steps -= 1 + (needs?.length ?? 0);
    return this.#steps < 0 || needs?.length === 0 ? undefined : needs;
  }

  #holdersOf(instance: Instance): readonly Need[] | undefined {
    if (!this.#known.has(instance) || instance.held > this.#steps) return undefined;
    const flows: Flow[] = [];
    for (const { grant } of instance.holds) {
      if (grant.flow?.hold === undefined) return undefined;
      flows.push(grant.flow);
    }
    return flows;
  }

  // Undefined if it may go on by itself.
  #flowNeeds({ inside }: Flow): readonly Need[] | undefined {
    const needs: Need[] = [];
    for (const inner of inside) {
      const need = needOf(inner);
      if (need !== undefined) needs.push(need);
      // What it got after it began to wait it has asked for meanwhile, or is at work.
      else if (inner instanceof Waiter || needs.length > 0) return undefined;
    }
    return needs;
  }

  #takeAway(): void {
    const dependents = new Map<Need, Need[]>();
    const free: Need[] = [];
    for (const [need, needs] of this.#stuck) {
      for (const other of needs) {
        const all = dependents.get(other);
        if (all === undefined) dependents.set(other, [need]);
        else all.push(need);
        if (!this.#stuck.has(other)) free.push(other);
      }
    }
    for (const able of free) {
      for (const need of dependents.get(able) ?? []) if (this.#stuck.delete(need)) free.push(need);
    }
  }

  #stepFrom(instance: Instance): Step | undefined {
    for (const hold of instance.holds) {
      const wait = hold.grant.flow && innermostWait(hold.grant.flow);
      if (wait !== undefined) return { hold, wait };
    }
    return undefined;
  }
}

function needOf(inner: Waiter | Grant): Need | undefined {
  if (!(inner instanceof Waiter)) return runsIn(inner);
  const { note } = inner;
  return note instanceof WaitNote && isTaken(note) ? note.instance : undefined;
}

// The code that a grant is held for; undefined for one that is only held.
function runsIn(grant: Grant): Flow | undefined {
  return grant.flow?.hold === grant ? grant.flow : undefined;
}

// Whether it is the holds that keep it out, not a pause or a rate of the library.
function isTaken({ instance, waiter }: WaitNote): boolean {
  const { limit } = instance.totals;
  return instance.held > 0 && (!isCounted(instance) || waiter.permits > limit - instance.held);
}

function innermostWait(flow: Flow): WaitNote | undefined {
  for (const inner of flow.inside) {
    if (inner instanceof Waiter && inner.note instanceof WaitNote) return inner.note;
    const inward = inner instanceof Waiter ? undefined : runsIn(inner);
    const wait = inward && innermostWait(inward);
    if (wait !== undefined) return wait;
  }
  return undefined;
}
