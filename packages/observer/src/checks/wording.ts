import type { Task } from "@holdup/primitives";
import type { Site } from "@holdup/protocol";
import type { Instance } from "../instance.ts";

/** `src/orders.ts:12`. */
export function lineOf(site: Site): string {
  return `${site.filePath}:${site.lineNumber}`;
}

/** ` at src/orders.ts:12`; nothing where it is not known. */
export function at(site: Site | null): string {
  return site === null ? "" : ` at ${lineOf(site)}`;
}

/** The name of a task, also of none. */
export function whoIs(task: Task<unknown> | undefined): string {
  return task?.name ?? "code outside of any task";
}

/** `1 waits`, `3 wait`. */
export function waitersWait(count: number): string {
  return count === 1 ? "1 waits" : `${count} wait`;
}

/** `lock "orders"`. */
export function nameOf({ totals: { type, name } }: Instance): string {
  return `${type} "${name}"`;
}

/** `lock "orders", lock "stock" and queue "jobs"`; of many the first. */
export function namesOf(instances: readonly Instance[]): string {
  return enumerate(instances.map((instance) => nameOf(instance)));
}

/** `a, b and c`; of many the first, and how many more. */
export function enumerate(names: readonly string[]): string {
  const different = [...new Set(names)];
  if (different.length > 4) return `${different.slice(0, 3).join(", ")} and ${different.length - 3} more`;
  return [different.slice(0, -1).join(", "), different.at(-1)].filter(Boolean).join(" and ");
}
