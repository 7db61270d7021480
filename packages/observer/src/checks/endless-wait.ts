import { openJoins, type JoinRoom, type Task, type Waiter } from "@holdup/primitives";
import type { Check, World } from "../check.ts";
import { duration } from "../explanation.ts";
import type { Diagnosis } from "../findings.ts";
import type { Giver } from "../givers.ts";
import type { Instance } from "../instance.ts";
import type { WaitNote } from "../notes.ts";
import { circlesAtEnd } from "./deadlock.ts";
import { betweenLooksMs, lastingMs, mayEndByItself, suspiciousMs, WaitFor, type Hints } from "./wait-for.ts";
import { enumerate, lineOf, nameOf, whoIs } from "./wording.ts";

/** Waits of one primitive, and joins, that are looked at. */
const mostWaits = 16;
const mostJoins = 200;

/**
 * Waits that can't end because nobody is left to end them. While the program runs, that is certain of little:
 * consumers of a queue are told of where they and all who ever put something in are awaited together, and
 * none of those is left. When it is about to exit, all that still waits is told of.
 */
export class EndlessWaitCheck implements Check {
  #seen = new Map<WaitNote, number>();
  readonly #told = new WeakSet<WaitNote>();

  *look(world: World): Iterable<Diagnosis> {
    if (world.ending === true) yield* this.#atEnd(world);
    else yield* this.#consumers(world);
  }

  *#consumers(world: World): Iterable<Diagnosis> {
    const before = this.#seen;
    this.#seen = new Map();
    const stuck = new Set(stuckConsumers(world));
    for (const note of stuck) this.#seen.set(note, before.get(note) ?? world.at);
    const lasting = [...stuck].filter(
      (note) =>
        world.at - note.startedAt >= lastingMs &&
        world.at - (this.#seen.get(note) as number) >= betweenLooksMs,
    );
    for (const notes of this.#untold(lasting)) yield leftConsumers(notes, world);
  }

  *#atEnd(world: World): Iterable<Diagnosis> {
    // Those of a deadlock are told of as that.
    const inCircles = new Set([...circlesAtEnd()].flat().map(({ hold }) => hold?.instance));
    const open = world.instances
      .filter((instance) => !inCircles.has(instance) && instance.totals.type !== "task_group")
      .flatMap((instance) => [...instance.waits]);
    for (const notes of this.#untold(open)) yield leftAtEnd(notes, world);
  }

  // By what they do to which primitive.
  #untold(notes: readonly WaitNote[]): WaitNote[][] {
    const untold = notes.filter((note) => !this.#told.has(note));
    for (const note of untold) this.#told.add(note);
    return [...Map.groupBy(untold, ({ instance }) => instance).values()].flatMap((same) => [
      ...Map.groupBy(same, ({ operation }) => operation).values(),
    ]);
  }
}

function stuckConsumers(world: World): WaitNote[] {
  const suspects = world.instances
    .filter((instance) => isSuspicious(instance, world.at))
    .flatMap((instance) => getters(instance));
  if (suspects.length === 0 || openJoins().size > mostJoins) return [];
  const tasks = suspects.flatMap(({ task }) => task ?? []);
  const { stuck } = new WaitFor(tasks, consumerHints);
  return suspects.filter(({ task }) => task !== undefined && stuck.has(task));
}

// Somebody waits for a while, at a queue whose producers are known.
function isSuspicious(instance: Instance, at: number): boolean {
  const { first } = instance.waits;
  if (first === undefined || at - first.startedAt < suspiciousMs) return false;
  return instance.totals.type === "queue" && (instance.givers.known ?? []).length > 0;
}

function getters(instance: Instance): WaitNote[] {
  const waits: WaitNote[] = [];
  for (const note of instance.waits) {
    if (waits.length === mostWaits) break;
    if (note.operation === "get") waits.push(note);
  }
  return waits;
}

const consumerHints: Hints = {
  asksWhileHolding: () => false,
  // All who are awaited together with it: if they have ended or can't go on, nobody is left.
  dependsOn({ instance, operation, task }: WaitNote) {
    const givers = instance.givers.known;
    if (operation !== "get" || task === undefined || givers === undefined || givers.length === 0)
      return undefined;
    for (const join of openJoins()) {
      const { awaited } = join.room as JoinRoom<unknown>;
      if (awaited?.need !== "all" || mayEndByItself(join)) continue;
      const together = new Set(awaited.tasks);
      if (!together.has(task) || !givers.every((giver) => belongs(giver, together, join))) continue;
      return [...together].filter((other) => other !== task && !other.done);
    }
    return undefined;
  },
};

function belongs({ task, group }: Giver, together: ReadonlySet<Task<unknown>>, { room }: Waiter): boolean {
  const giver = task.deref();
  return (giver !== undefined && together.has(giver)) || group?.deref() === room;
}

function diagnose(notes: readonly WaitNote[], world: World, message: string): Diagnosis {
  const { instance, operation } = notes[0] as WaitNote;
  const shown = [...notes.slice(0, mostWaits), ...[...instance.holds].slice(0, mostWaits)];
  const sites = shown.map(({ capture }) => world.siteOf(capture));
  return {
    kind: "endless-wait",
    severity: "error",
    message,
    advice: adviceOf(instance, operation),
    primitives: [instance.totals.name],
    sites: [...new Map(sites.flatMap((site) => (site === null ? [] : [[lineOf(site), site]]))).values()],
  };
}

function leftConsumers(notes: readonly WaitNote[], world: World): Diagnosis {
  const { instance } = notes[0] as WaitNote;
  const producers = (instance.givers.known ?? []).map(({ name }) => name);
  const have = producers.length === 1 ? "has" : "have";
  return diagnose(
    notes,
    world,
    `${waiting(notes, world)} for an item of ${nameOf(instance)}, and no producer is left: ` +
      `${enumerate(producers)} ${have} ended or can't go on`,
  );
}

function leftAtEnd(notes: readonly WaitNote[], world: World): Diagnosis {
  const { instance, operation } = notes[0] as WaitNote;
  return diagnose(
    notes,
    world,
    `the process is about to exit while ${waiting(notes, world)} for ${nameOf(instance)} (${operation}), ` +
      `and ${missing(instance, operation, world)}`,
  );
}

/** `2 (A and B) wait at src/consumer.ts:7 since 12 s`. */
function waiting(notes: readonly WaitNote[], { at: time, siteOf }: World): string {
  const names = enumerate(notes.map(({ task }) => whoIs(task)));
  const who = notes.length === 1 ? `${names} waits` : `${notes.length} (${names}) wait`;
  const sites = notes.slice(0, mostWaits).flatMap(({ capture }) => siteOf(capture) ?? []);
  const where = sites.length === 0 ? "" : ` at ${enumerate(sites.map((site) => lineOf(site)))}`;
  return `${who}${where} since ${duration(time - (notes[0] as WaitNote).startedAt)}`;
}

function missing(instance: Instance, operation: string, { siteOf }: World): string {
  const holders = Array.from(instance.holds, ({ task, capture }) => {
    const site = siteOf(capture);
    return `${whoIs(task)}${site === null ? "" : ` from ${lineOf(site)}`}`;
  });
  if (holders.length > 0) return `${enumerate(holders)} will not give it back`;
  return whoIsMissing[`${instance.totals.type} ${operation}`] ?? "nobody is left to end that";
}

const whoIsMissing: Readonly<Record<string, string>> = {
  "queue get": "no producer is left",
  "queue put": "no consumer is left to make room",
  "queue join": "nobody is left to call taskDone()",
  "event wait": "nobody is left to set it",
  "condition wait": "nobody is left to notify",
  "barrier arrive": "nobody else is left to come",
  "semaphore acquire": "nobody is left to release a permit",
};

function adviceOf(instance: Instance, operation: string): string {
  const name = nameOf(instance);
  const { type } = instance.totals;
  if (type === "queue" && operation === "get")
    return `call shutdown() on ${name} when its producers are done, or put one last item for each consumer that tells it to end`;
  if (type === "queue" && operation === "put")
    return `have consumers take from ${name} as long as something is put in, or call shutdown() on it when they are done`;
  if (type === "queue") return `call taskDone() for every item that is taken from ${name}`;
  if (instance.holds.first !== undefined) return `give ${name} back on every way out: by using, or by run()`;
  return `end what waits for ${name} before the program ends: do what it waits for, cancel its task, or give the wait a timeout`;
}
