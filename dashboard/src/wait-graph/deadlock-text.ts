/** A deadlock in words, to be read, sent and understood without the picture. */

import { siteText } from "../sentence.ts";
import { formatDuration } from "../duration.ts";
import type { Deadlock, Step } from "./deadlock.ts";

/** "Deadlock · 3.2 s". */
export function deadlockTitle({ sinceMs }: Deadlock): string {
  return `Deadlock · ${formatDuration(sinceMs / 1000)}`;
}

/** A task in the circle: what it holds, and what it waits for that the next one holds. */
export interface Turn {
  readonly step: Step;
  /** How it holds what the one before waits for. */
  readonly holds: Step;
  /** The name of the one that holds what it waits for. */
  readonly next: string;
}

/** Every task of the circle, each with what it holds. */
export function turns({ circle }: Deadlock): Turn[] {
  return circle.flatMap((step, index) => {
    const holds = circle.at(index - 1);
    const next = circle[(index + 1) % circle.length];
    return holds === undefined || next === undefined ? [] : [{ step, holds, next: next.task.name }];
  });
}

/** `A holds accounts → waits for ledger → held by B → waits for accounts → held by A`. */
export function deadlockSentence(deadlock: Deadlock): string {
  const [first] = turns(deadlock);
  if (first === undefined) return "";
  const steps = deadlock.circle.map(({ primitive }, index) => {
    const next = deadlock.circle[(index + 1) % deadlock.circle.length];
    return `waits for ${primitive.name} → held by ${next?.task.name ?? ""}`;
  });
  return [`${first.step.task.name} holds ${first.holds.primitive.name}`, ...steps].join(" → ");
}

/** In which order everyone should take them: the first of the circle's primitives is as good as any. */
export function lockOrder({ circle }: Deadlock): string[] {
  return [...new Set(circle.map(({ primitive }) => primitive.name))].toSorted((one, other) =>
    one.localeCompare(other, "en"),
  );
}

/** What to do about it. */
export function deadlockAdvice(deadlock: Deadlock): string {
  const order = lockOrder(deadlock);
  if (order.length < 2) {
    return `Several holds of ${order.join("")} wait for each other. Take them always in the same order, or all at once.`;
  }
  return `Take them everywhere in the same order, ${order.join(" before ")}, or release the first before asking for the second. A timeout turns an endless wait into an error.`;
}

/** All of it, for an issue or a message. */
export function deadlockReport(deadlock: Deadlock): string {
  const lines = turns(deadlock).map(({ step, holds, next }) => {
    const taken = `holds ${holds.primitive.name}, taken at ${placeOf(holds.hold.site)}`;
    return `- ${step.task.name} ${taken}; waits for ${step.primitive.name} at ${placeOf(step.wait.site)}; held by ${next}`;
  });
  return [
    `${deadlockTitle(deadlock)} in ${deadlock.circle[0]?.primitive.service ?? ""}`,
    "",
    deadlockSentence(deadlock),
    "",
    ...lines,
    "",
    `How to fix: ${deadlockAdvice(deadlock)}`,
  ].join("\n");
}

function placeOf(site: Step["wait"]["site"]): string {
  return site === null ? "a line that was not sampled" : siteText(site);
}
