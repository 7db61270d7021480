import type { Check, World } from "../check.ts";
import { duration } from "../explanation.ts";
import type { Diagnosis } from "../findings.ts";
import type { Instance } from "../instance.ts";
import type { WaitNote } from "../notes.ts";
import { HoldGraph, type Step } from "./hold-graph.ts";
import { betweenLooksMs, isCounted, isLent, lastingMs, suspiciousMs } from "./wait-for.ts";
import { at, lineOf, nameOf, namesOf } from "./wording.ts";

/** Milliseconds after which it is taken for certain that the code awaits what it has asked for. */
const certainMs = 5000;

/** When a wait was seen in a circle first, and whether that was told of. */
interface Sight {
  readonly at: number;
  told: "warning" | "error" | undefined;
}

/**
 * A limiter (or a lock) all of whose permits are held by functions that wait for the same limiter, directly or through
 * others: none of them can go on. Of libraries that run a function; what tasks wait for, {@link DeadlockCheck} knows.
 *
 * That code has asked for something is seen; whether it awaits it is not: it may have left it to itself, and be about
 * something that nobody is told of. That is why it is a warning at first, and an error when it stays so.
 */
export class NestedLimiterCheck implements Check {
  #seen = new Map<WaitNote, Sight>();

  *look(world: World): Iterable<Diagnosis> {
    const before = this.#seen;
    this.#seen = new Map();
    const suspects = world.instances.filter((instance) => isSuspect(instance, world));
    if (suspects.length === 0) return;
    const graph = new HoldGraph(new Set(world.instances), suspects);
    for (const suspect of suspects) {
      const circle = graph.circleFrom(suspect);
      if (circle === undefined || circle.some(({ wait }) => this.#seen.has(wait))) continue;
      const sights = circle.map(({ wait }) => before.get(wait) ?? { at: world.at, told: undefined });
      for (const [i, { wait }] of circle.entries()) this.#seen.set(wait, sights[i] as Sight);
      const severity = severityOf(circle, sights, world);
      if (severity === undefined || sights.some(({ told }) => told === severity)) continue;
      for (const sight of sights) sight.told = severity;
      yield { ...diagnose(circle, world), severity };
    }
  }
}

function isSuspect(instance: Instance, { at: time, ending }: World): boolean {
  const { first } = instance.waits;
  if (first === undefined || !isLent(instance) || instance.held === 0) return false;
  // Most limiters that are waited for are held by code that waits for nothing: no graph is made for them.
  if (instance.holds.first?.grant.flow === undefined) return false;
  return ending === true || time - first.startedAt >= suspiciousMs;
}

function severityOf(
  circle: readonly Step[],
  sights: readonly Sight[],
  { at: time, ending }: World,
): "warning" | "error" | undefined {
  if (ending === true) return "error";
  const lasted = Math.min(...circle.map(({ wait }) => time - wait.startedAt));
  if (lasted < lastingMs || sights.some((sight) => time - sight.at < betweenLooksMs)) return undefined;
  return lasted >= certainMs ? "error" : "warning";
}

function diagnose(circle: readonly Step[], world: World): Omit<Diagnosis, "severity"> {
  const instances = circle.map(({ hold }) => hold.instance);
  const message = circle.map((step) => tellOf(step, world)).join("; ");
  return {
    ...classify(instances),
    message: `${message}: what awaits that can never go on`,
    primitives: instances.map(({ totals }) => totals.name),
    sites: circle.flatMap(({ hold, wait }) => [world.siteOf(hold.capture), world.siteOf(wait.capture)]),
    key: `nested ${instances.map(nameOf).toSorted().join()} ${keyOf(circle, world)}`,
  };
}

// From wherever the circle was found, it is the same.
function keyOf(circle: readonly Step[], { siteOf }: World): string {
  const sites = circle.flatMap(({ hold, wait }) => [siteOf(hold.capture), siteOf(wait.capture)]);
  return sites
    .map((site) => (site === null ? "" : lineOf(site)))
    .toSorted()
    .join();
}

function tellOf({ hold, wait }: Step, { at: time, siteOf }: World): string {
  const { instance } = hold;
  const { held } = instance;
  const what = isCounted(instance) ? `all of ${nameOf(instance)} (${held})` : nameOf(instance);
  const whom = held > 1 ? "functions that wait" : "a function that waits";
  return (
    `${what} is held by ${whom}, as the one${from(siteOf(hold.capture))} since ${duration(time - hold.startedAt)}, ` +
    `for ${wait.instance === instance ? "one more of it" : nameOf(wait.instance)}` +
    `${at(siteOf(wait.capture))} since ${duration(time - wait.startedAt)}`
  );
}

function from(site: ReturnType<World["siteOf"]>): string {
  return site === null ? "" : ` from ${lineOf(site)}`;
}

function classify(instances: readonly Instance[]): Pick<Diagnosis, "kind" | "advice"> {
  const names = namesOf(instances);
  const [only] = instances;
  if (only === undefined || instances.length > 1) {
    return {
      kind: "deadlock",
      advice: `ask for ${names} in the same order everywhere, or don't await one of them in a function that holds another`,
    };
  }
  if (isCounted(only)) {
    return {
      kind: "nested-limiter",
      advice: `don't await, in a function that ${names} runs, another one that has to pass through it: call it directly, or have a limiter of its own for the inner work; a higher limit only makes it rarer`,
    };
  }
  return {
    kind: "self-deadlock",
    advice: `${names} is not re-entrant: give it back before asking again, or call what needs it directly`,
  };
}
