import { allTasks, type Task, type Waiter } from "@holdup/primitives";
import type { Capture } from "../call-site.ts";
import type { Check, World } from "../check.ts";
import { duration } from "../explanation.ts";
import type { Diagnosis } from "../findings.ts";
import type { Instance } from "../instance.ts";
import { WaitNote, type HoldNote } from "../notes.ts";
import { OwnFlow } from "./own-flow.ts";
import {
  betweenLooksMs,
  isCounted,
  isLent,
  lastingMs,
  suspiciousMs,
  WaitFor,
  type Link,
} from "./wait-for.ts";
import { at, lineOf, namesOf, nameOf } from "./wording.ts";

/** Tasks of a circle that are told of one by one. */
const mostTold = 8;

/** When a wait was seen in a circle first, and whether that was told of. */
interface Sight {
  readonly at: number;
  told: boolean;
}

/**
 * Tasks that wait for each other in a circle, through holds and joins, with no way out: a deadlock; a task that
 * waits for itself; jobs that hold permits and wait for more of the same.
 */
export class DeadlockCheck implements Check {
  readonly #flow = new OwnFlow();
  // By task and the begin of its wait: while that is the same, nothing has moved.
  #seen = new Map<string, Sight>();

  nested(held: readonly HoldNote[], instance: Instance, _capture: () => Capture, task: Task<unknown>): void {
    this.#flow.asked(held, instance, task);
  }

  *look(world: World): Iterable<Diagnosis> {
    const before = this.#seen;
    this.#seen = new Map();
    for (const circle of this.#circles(world)) {
      const sights = circle.map((link) => this.#see(link, before, world.at));
      const told = sights.some((sight) => sight.told);
      if (!told && !isConfirmed(circle, sights, world)) continue;
      for (const sight of sights) sight.told = true;
      if (!told) yield diagnose(circle, world);
    }
  }

  #see({ task, wait }: Link, before: ReadonlyMap<string, Sight>, now: number): Sight {
    const key = `${task.id} ${wait.since}`;
    const sight = before.get(key) ?? { at: now, told: false };
    this.#seen.set(key, sight);
    return sight;
  }

  #circles(world: World): Iterable<Link[]> {
    if (world.ending === true) return circlesAtEnd();
    const holders = holdersToSuspect(world);
    if (holders.size === 0) return [];
    const asksWhileHolding = (waiter: Waiter, hold: HoldNote) => this.#flow.has(waiter, hold, world.siteOf);
    return new WaitFor(holders, { asksWhileHolding }).circles();
  }
}

/** When nothing else can happen, whoever holds and waits does so in one flow, or in several that are stuck. */
export function circlesAtEnd(): Iterable<Link[]> {
  return new WaitFor(allTasks(), { asksWhileHolding: () => true }).circles();
}

function holdersToSuspect(world: World): Set<Task<unknown>> {
  const holders = new Set<Task<unknown>>();
  for (const instance of world.instances) {
    const { first } = instance.waits;
    if (first === undefined || world.at - first.startedAt < suspiciousMs || !isLent(instance)) continue;
    for (const { task } of instance.holds) if (task !== undefined) holders.add(task);
  }
  return holders;
}

function isConfirmed(
  circle: readonly Link[],
  sights: readonly Sight[],
  { at: time, ending }: World,
): boolean {
  if (ending === true) return true;
  const starts = circle.map(({ wait }) => wait.since).filter(Number.isFinite);
  return (
    starts.every((start) => time - start >= lastingMs) &&
    sights.every((sight) => time - sight.at >= betweenLooksMs)
  );
}

function diagnose(found: readonly Link[], world: World): Diagnosis {
  const circle = turned(found, world);
  const tellers = circle.map((link, i) =>
    teller(circle.at(i - 1) as Link, link, (circle[i + 1] ?? (circle[0] as Link)).task, world),
  );
  const holds = circle.flatMap(({ hold }) => hold ?? []);
  const primitives = [...new Set(holds.map(({ instance }) => instance))];
  const { kind, advice } = classify(circle, primitives);
  const texts = tellers.slice(0, mostTold).map(({ text }) => text);
  if (circle.length > mostTold) texts.push(`and ${circle.length - mostTold} more`);
  const end = circle.length === 1 ? "it waits for itself and can never go on" : "none of them can ever go on";
  return {
    kind,
    severity: "error",
    message: `${texts.join("; ")}: ${end}`,
    advice,
    primitives: holds.map(({ instance }) => instance.totals.name),
    sites: tellers.flatMap(({ sites }) => sites),
  };
}

// From wherever the circle was found, it is the same.
function turned(circle: readonly Link[], { siteOf }: World): readonly Link[] {
  const keys = circle.map(({ hold, wait }) => {
    const site = siteOf(captureOf(wait.waiter));
    return `${hold?.instance.totals.name ?? ""} ${site === null ? "" : lineOf(site)}`;
  });
  const start = keys.indexOf(keys.toSorted()[0] as string);
  return [...circle.slice(start), ...circle.slice(0, start)];
}

// What it holds is what the one before waits for.
function teller(before: Link, { task, wait, hold }: Link, next: Task<unknown>, { at: time, siteOf }: World) {
  const since = (start: number): string => (Number.isFinite(start) ? ` since ${duration(time - start)}` : "");
  const held = before.hold === undefined ? [] : [siteOf(before.hold.capture)];
  const waited = siteOf(captureOf(wait.waiter));
  const holds = held.map((site) => {
    const { instance, startedAt } = before.hold as HoldNote;
    return ` holds ${nameOf(instance)}${site === null ? "" : ` from ${lineOf(site)}`}${since(startedAt)} and`;
  });
  const what = hold === undefined ? `for the end of ${next.name}` : `for ${nameOf(hold.instance)}`;
  return {
    text: `${task.name}${holds.join("")} waits ${what}${at(waited)}${since(wait.since)}`,
    sites: [...held, waited],
  };
}

function captureOf({ note }: Waiter): Capture | undefined {
  return note instanceof WaitNote ? note.capture : undefined;
}

function classify(
  circle: readonly Link[],
  primitives: readonly Instance[],
): Pick<Diagnosis, "kind" | "advice"> {
  const [only] = primitives;
  const names = namesOf(primitives);
  if (only !== undefined && primitives.length === 1) {
    const limited = isCounted(only);
    if (limited && circle.length === 1) {
      return {
        kind: "nested-limiter",
        advice: `don't ask for ${names} while holding a permit of it: give the first back before, take all at once with the option permits, or have a limiter of its own for the inner work`,
      };
    }
    if (limited) {
      return {
        kind: "pool-exhausted",
        advice: `don't wait, in a job that holds a permit of ${names}, for other jobs that need one: give it back before, or have a limiter of its own for the inner jobs; a higher limit only makes it rarer`,
      };
    }
    if (circle.length === 1)
      return { kind: "self-deadlock", advice: adviceForItself(circle[0] as Link, names) };
  }
  return { kind: "deadlock", advice: adviceForSeveral(circle, primitives, names) };
}

function adviceForItself({ wait, hold }: Link, names: string): string {
  if (hold?.operation === "read" && wait.waiter.operation === "write") {
    return adviceForUpgrade(names);
  }
  return `${names} is not re-entrant: give it back before asking again, or pass the hold on to the code that needs it`;
}

function adviceForUpgrade(names: string): string {
  return `a hold for reading does not become one for writing: take ${names} for writing from the start, or give it back before`;
}

function adviceForSeveral(circle: readonly Link[], primitives: readonly Instance[], names: string): string {
  if (primitives.length === 0) return "tasks must not await each other in a circle";
  if (circle.some(({ hold }) => hold === undefined)) {
    return `don't await a task while holding what it needs: give ${names} back before, or do the task's work under the hold that there is`;
  }
  if (primitives.length === 1) {
    return adviceForUpgrade(names);
  }
  return `take ${names} in the same order everywhere, or put one more lock around them`;
}
