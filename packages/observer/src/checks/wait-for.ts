import { JoinRoom, WaitQueue, type Task, type Waiter } from "@holdup/primitives";
import type { Instance } from "../instance.ts";
import { WaitNote, type HoldNote } from "../notes.ts";

/** What the graph asks of those who look. */
export interface Hints {
  /** Whether the task itself asks for more of what it holds, not other code that runs in its name; undefined: not known. */
  asksWhileHolding(waiter: Waiter, hold: HoldNote): boolean | undefined;
  /** Without all of whom a wait that is for no hold can't end; undefined if it may. @default it may */
  dependsOn?(note: WaitNote): readonly Task<unknown>[] | undefined;
}

/** Somebody who has to go on first. */
interface Blocker {
  readonly task: Task<unknown>;
  /** What it holds; undefined where its end is waited for. */
  readonly hold: HoldNote | undefined;
}

/** A wait that ends only by what others do. */
export interface Wait {
  readonly task: Task<unknown>;
  readonly waiter: Waiter;
  /** The clock's milliseconds at its begin; Infinity if that was not seen. */
  readonly since: number;
  readonly blockers: readonly Blocker[];
  /** How many of the blockers have to be able to go on, until it may end. */
  missing: number;
}

/** A task in a circle: it waits for the next one. */
export interface Link {
  readonly task: Task<unknown>;
  readonly wait: Wait;
  /** What the next one holds; undefined where its end is waited for. */
  readonly hold: HoldNote | undefined;
}

/** Milliseconds that someone waits before it is looked into. */
export const suspiciousMs = 300;

/** Milliseconds that it has to last, and that have to lie between two looks at it, before it is told of. */
export const lastingMs = 500;
export const betweenLooksMs = 100;

// Looked at in one go: with more, those that are not looked at count as able to go on.
const mostSteps = 10_000;

/**
 * Who can never go on, of some tasks and those they wait for: a task all of whose waits are for others who can't
 * go on either. Found by taking away, from all that wait for others, again and again those for whom there is a way out.
 */
export class WaitFor {
  /** The waits of each task that can't go on. */
  readonly stuck: ReadonlyMap<Task<unknown>, readonly Wait[]>;
  readonly #hints: Hints;
  readonly #lastWaits = new Map<Task<unknown>, number>();
  #steps = mostSteps;

  constructor(from: Iterable<Task<unknown>>, hints: Hints) {
    this.#hints = hints;
    const waiting = this.#reach(from);
    takeAway(waiting);
    this.stuck = waiting;
  }

  /** One circle for each group of tasks that wait for each other by holds and joins. */
  *circles(): Generator<Link[], void> {
    const seen = new Set<Task<unknown>>();
    for (const start of this.stuck.keys()) {
      const path = new Map<Task<unknown>, Link>();
      let task: Task<unknown> | undefined = start;
      while (task !== undefined && !seen.has(task)) {
        seen.add(task);
        const link = this.#linkOf(task);
        if (link === undefined) break;
        path.set(task, link.from);
        task = link.to;
      }
      if (task !== undefined && path.has(task)) {
        const links = [...path.values()];
        yield links.slice([...path.keys()].indexOf(task));
      }
    }
  }

  // Rather to another task than to itself: one that waits for others, too, is no case of its own.
  #linkOf(task: Task<unknown>): { from: Link; to: Task<unknown> } | undefined {
    const found = (this.stuck.get(task) ?? []).flatMap((wait) =>
      wait.blockers
        .filter((blocker) => isLink(wait, blocker) && this.stuck.has(blocker.task))
        .map(({ task: to, hold }) => ({ from: { task, wait, hold }, to })),
    );
    return found.find(({ to }) => to !== task) ?? found[0];
  }

  #reach(from: Iterable<Task<unknown>>): Map<Task<unknown>, Wait[]> {
    const waiting = new Map<Task<unknown>, Wait[]>();
    const seen = new Set(from);
    // A set gives what is added while it is gone through.
    for (const task of seen) {
      const waits = this.#waitsOf(task);
      if (waits === undefined) continue;
      waiting.set(task, waits);
      for (const { blockers } of waits) for (const blocker of blockers) seen.add(blocker.task);
    }
    return waiting;
  }

  // Undefined if one of them may end by itself, or there is none: then the task may go on.
  #waitsOf(task: Task<unknown>): Wait[] | undefined {
    if (task.done || this.#steps < 0) return undefined;
    const waits: Wait[] = [];
    for (const waiter of task.waits()) {
      const wait = this.#waitOf(task, waiter);
      this.#steps -= 1 + (wait?.blockers.length ?? 0);
      if (wait === undefined || this.#steps < 0) return undefined;
      waits.push(wait);
    }
    return waits.length === 0 ? undefined : waits;
  }

  #waitOf(task: Task<unknown>, waiter: Waiter): Wait | undefined {
    if (mayEndByItself(waiter)) return undefined;
    const { room, note } = waiter;
    if (room instanceof JoinRoom) return joinOf(task, waiter, room);
    if (!(note instanceof WaitNote && room instanceof WaitQueue)) return undefined;
    // Not what an earlier observer wrote down.
    if (room.subject.slot !== note.instance) return undefined;
    const blockers = isLent(note.instance)
      ? this.#holdersOf(task, waiter, note)
      : this.#hints.dependsOn?.(note)?.map((other) => ({ task: other, hold: undefined }));
    return blockers && { task, waiter, since: note.startedAt, blockers, missing: 1 };
  }

  #holdersOf(task: Task<unknown>, waiter: Waiter, note: WaitNote): Blocker[] | undefined {
    if (!isTaken(note.instance, waiter)) return undefined;
    const blockers: Blocker[] = [];
    let known = true;
    for (const hold of note.instance.holds) {
      const holder = hold.task;
      if (holder === undefined || holder.done || hold.grant.lease?.limited === true) return undefined;
      // Taken after all waits of its task began: then it is not those waits' code that holds it.
      if (blockers.length > this.#steps || hold.startedAt > this.#lastWaitOf(holder)) return undefined;
      const own = holder === task ? this.#hints.asksWhileHolding(waiter, hold) : true;
      if (own === false) return undefined;
      known &&= own === true;
      blockers.push({ task: holder, hold });
    }
    // Where it is not known, others who are stuck, too, have to make it likely.
    const likely = known ? blockers.length > 0 : blockers.some((blocker) => blocker.task !== task);
    return likely ? blockers : undefined;
  }

  #lastWaitOf(task: Task<unknown>): number {
    let last = this.#lastWaits.get(task);
    if (last === undefined) {
      const starts = task.waits().map((waiter) => startOf(waiter));
      last = starts.reduce((one, other) => Math.max(one, other), Number.NEGATIVE_INFINITY);
      this.#lastWaits.set(task, last);
    }
    return last;
  }
}

/** Whether the wait has an end of its own, or has ended already. */
export function mayEndByItself(waiter: Waiter): boolean {
  return waiter.state !== "parked" || waiter.mayGiveUp || waiter.scope?.mayExpire === true;
}

/** When it began; Infinity if that was not seen: it may have begun after all others. */
function startOf({ note }: Waiter): number {
  if (note instanceof WaitNote) return note.startedAt;
  return typeof note === "number" ? note : Number.POSITIVE_INFINITY;
}

/** Whether it is lent to who holds it, and comes back. */
export function isLent({ totals: { type } }: Instance): boolean {
  return type === "lock" || type === "rwlock" || type === "semaphore" || type === "pool";
}

/** Whether it has a number of permits. */
export function isCounted({ totals: { type } }: Instance): boolean {
  return type === "semaphore" || type === "pool";
}

function joinOf(task: Task<unknown>, waiter: Waiter, room: JoinRoom<unknown>): Wait | undefined {
  const { awaited } = room;
  if (awaited === undefined) return undefined;
  const blockers = Array.from(awaited.tasks, (other) => ({ task: other, hold: undefined })).filter(
    (blocker) => !blocker.task.done,
  );
  if (blockers.length === 0) return undefined;
  // One that never ends is enough, if all are to end.
  const missing = awaited.need === "all" ? blockers.length : 1;
  return { task, waiter, since: startOf(waiter), blockers, missing };
}

// Whether it is the known holds that keep a waiter out: not other waiters that may leave, nor holds that nobody told of.
function isTaken(instance: Instance, waiter: Waiter): boolean {
  const { limit } = instance.totals;
  const { held } = instance;
  // Permits that nobody has lent are signals: more may come.
  if (isCounted(instance) && held > limit) return false;
  const { first } = waiter.room as WaitQueue;
  const fits = ({ operation, permits }: Waiter): boolean =>
    operation === "read"
      ? instance.holds.first?.operation === "read"
      : isCounted(instance) && permits <= limit - held;
  if (!fits(waiter)) return true;
  return first !== undefined && !fits(first) && !mayEndByItself(first);
}

function isLink({ waiter }: Wait, { hold }: Blocker): boolean {
  return hold !== undefined || waiter.room instanceof JoinRoom;
}

function takeAway(waiting: Map<Task<unknown>, readonly Wait[]>): void {
  const dependents = new Map<Task<unknown>, Wait[]>();
  for (const wait of [...waiting.values()].flat()) {
    for (const { task } of wait.blockers) {
      const waits = dependents.get(task);
      if (waits === undefined) dependents.set(task, [wait]);
      else waits.push(wait);
    }
  }
  const free = [...dependents.keys()].filter((task) => !waiting.has(task));
  for (const able of free) {
    for (const wait of dependents.get(able) ?? []) {
      wait.missing--;
      if (wait.missing === 0 && waiting.delete(wait.task)) free.push(wait.task);
    }
  }
}
