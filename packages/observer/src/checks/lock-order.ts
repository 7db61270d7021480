import { now, type Task } from "@holdup/primitives";
import { Budget } from "../budget.ts";
import type { Capture } from "../call-site.ts";
import type { Check, World } from "../check.ts";
import type { Diagnosis } from "../findings.ts";
import type { Instance } from "../instance.ts";
import type { HoldNote } from "../notes.ts";
import type { Totals } from "../totals.ts";
import { lineOf } from "./wording.ts";

/** Holds of one task that are looked at, the latest. */
const mostHeld = 16;

/** Orders that are remembered; with more it starts anew. */
const mostOrders = 2000;

/** Orders in a circle, and steps to find one. */
const longestCircle = 5;
const mostSteps = 200;

/** Stacks captured a second. */
const capturesPerSecond = 200;

/**
 * Locks are taken in one order here and in another there: it can deadlock, even if it never did. Seen by name, so
 * that two runs with different locks of the same names show it; among the locks of one name, by lock.
 */
export class LockOrderCheck implements Check {
  readonly #budget = new Budget(capturesPerSecond);
  // Of all locks of a name, and of single locks.
  #places = new WeakMap<Totals | Instance, Place>();
  #orders = 0;
  // New, or more dangerous than they were known to be.
  #fresh = new Set<Order>();

  nested(held: readonly HoldNote[], instance: Instance, capture: () => Capture, { id }: Task<unknown>): void {
    if (!isExclusive(instance)) return;
    for (let i = Math.max(0, held.length - mostHeld); i < held.length; i++) {
      const hold = held[i] as HoldNote;
      if (hold.instance === instance || !isExclusive(hold.instance)) continue;
      const order = this.#orderOf(hold.instance, instance);
      if (order === undefined) this.#learn(held, hold, instance, capture, id);
      else this.#seenAgain(order, held, hold, id);
    }
  }

  *look(world: World): Iterable<Diagnosis> {
    const fresh = this.#fresh;
    this.#fresh = new Set();
    for (const order of fresh) {
      // A stack that is not read keeps alive what is on it.
      world.siteOf(order.wantedAt);
      const circle = dangerousCircle(order);
      if (circle === undefined || circle.every(({ told }) => told)) continue;
      for (const part of circle) part.told = true;
      yield diagnose(circle, world);
    }
  }

  #orderOf(held: Instance, wanted: Instance): Order | undefined {
    const sameName = held.totals === wanted.totals;
    const to = this.#places.get(sameName ? wanted : wanted.totals);
    return to && this.#places.get(sameName ? held : held.totals)?.next.get(to);
  }

  #learn(
    held: readonly HoldNote[],
    hold: HoldNote,
    wanted: Instance,
    capture: () => Capture,
    task: string,
  ): void {
    if (this.#orders === mostOrders) this.#forget();
    this.#orders++;
    const sameName = hold.instance.totals === wanted.totals;
    const from = this.#placeOf(hold.instance, sameName);
    const to = this.#placeOf(wanted, sameName);
    const wantedAt = this.#budget.take(now()) ? capture() : undefined;
    const order = new Order(from, to, task, guardsOf(held, hold), hold.capture, wantedAt);
    from.next.set(to, order);
    this.#fresh.add(order);
  }

  #seenAgain(order: Order, held: readonly HoldNote[], hold: HoldNote, task: string): void {
    order.heldAt ??= hold.capture;
    const before = order.guards.size;
    if (before > 0) order.guards = common(order.guards, guardsOf(held, hold));
    const byAnother = order.task !== undefined && order.task !== task;
    if (byAnother) order.task = undefined;
    if (byAnother || order.guards.size < before) this.#fresh.add(order);
  }

  #placeOf(instance: Instance, single: boolean): Place {
    const key = single ? instance : instance.totals;
    let place = this.#places.get(key);
    if (place === undefined) {
      place = new Place(instance.totals.name);
      this.#places.set(key, place);
    }
    return place;
  }

  #forget(): void {
    this.#places = new WeakMap();
    this.#fresh = new Set();
    this.#orders = 0;
  }
}

/** What is taken in some order: any lock of a name, or a single lock. */
class Place {
  readonly name: string;
  /** What was taken while this was held. */
  readonly next: Map<Place, Order> = new Map<Place, Order>();

  constructor(name: string) {
    this.name = name;
  }
}

/** Somebody took one thing while holding another. */
class Order {
  readonly held: Place;
  readonly wanted: Place;
  /** The only task that did so; undefined if there were several. */
  task: string | undefined;
  /** What was held besides, every time: two who hold the same do not meet. */
  guards: Set<Instance>;
  heldAt: Capture | undefined;
  readonly wantedAt: Capture | undefined;
  /** Whether it was part of a diagnosis. */
  told = false;

  constructor(
    held: Place,
    wanted: Place,
    task: string,
    guards: Set<Instance>,
    heldAt: Capture | undefined,
    wantedAt: Capture | undefined,
  ) {
    this.held = held;
    this.wanted = wanted;
    this.task = task;
    this.guards = guards;
    this.heldAt = heldAt;
    this.wantedAt = wantedAt;
  }
}

function isExclusive({ totals: { type, limit } }: Instance): boolean {
  return type === "lock" || type === "rwlock" || (type === "semaphore" && limit === 1);
}

// What is only read is no guard: two who read do meet.
function guardsOf(held: readonly HoldNote[], except: HoldNote): Set<Instance> {
  const guards = held
    .slice(-mostHeld)
    .filter((hold) => hold !== except && hold.operation !== "read" && isExclusive(hold.instance));
  return new Set(guards.map(({ instance }) => instance));
}

function common(one: Set<Instance>, other: Set<Instance>): Set<Instance> {
  return new Set([...one].filter((guard) => other.has(guard)));
}

/** The shortest way back from what is wanted to what is held, if it can be gone by several at once. */
function dangerousCircle(first: Order): Order[] | undefined {
  let steps = mostSteps;
  const close = (path: Order[], more: number): Order[] | undefined => {
    const { next } = (path.at(-1) as Order).wanted;
    if (more === 0) {
      const last = next.get(first.held);
      return last !== undefined && canMeet([...path, last]) ? [...path, last] : undefined;
    }
    for (const order of next.values()) {
      if (steps-- <= 0) return undefined;
      if (path.some(({ held }) => held === order.wanted)) continue;
      const circle = close([...path, order], more - 1);
      if (circle !== undefined) return circle;
    }
    return undefined;
  };
  for (let more = 0; more <= longestCircle - 2; more++) {
    const circle = close([first], more);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

// Not if it is always the same task, nor if two of them hold the same lock besides.
function canMeet(circle: readonly Order[]): boolean {
  const tasks = new Set(circle.map(({ task }) => task));
  if (tasks.size === 1 && !tasks.has(undefined)) return false;
  const guards = circle.flatMap((order) => [...order.guards]);
  return new Set(guards).size === guards.length;
}

function diagnose(circle: readonly Order[], { siteOf }: World): Diagnosis {
  const parts = circle.map(({ held, wanted, heldAt, wantedAt }) => {
    const sites = [siteOf(wantedAt), siteOf(heldAt)] as const;
    const who = sites[0] === null ? "somebody" : lineOf(sites[0]);
    const from = sites[1] === null ? "" : ` (from ${lineOf(sites[1])})`;
    const what = held.name === wanted.name ? `another "${wanted.name}"` : `"${wanted.name}"`;
    return { text: `${who} takes ${what} while holding "${held.name}"${from}`, sites, name: held.name };
  });
  // From wherever the circle was found, it is the same.
  const texts = parts.map(({ text }) => text);
  const start = texts.indexOf(texts.toSorted()[0] as string);
  const turned = [...parts.slice(start), ...parts.slice(0, start)];
  const ways = [...new Set(turned.map(({ text }) => text))];
  const names = turned.map(({ name }) => `"${name}"`);
  const ofOneName = new Set(names).size === 1;
  return {
    kind: "lock-order-inversion",
    severity: "warning",
    message:
      `${ways.join(", ")}${ways.length === 1 ? ", not always in the same order" : ""}: ` +
      "tasks that do so at the same time wait for each other for ever",
    advice: ofOneName
      ? `take locks of ${names[0]} in one order, for example sorted by an id`
      : `take ${names.join(" before ")} everywhere, or one more lock around them`,
    primitives: turned.map(({ name }) => name),
    sites: turned.flatMap(({ sites }) => sites),
  };
}
