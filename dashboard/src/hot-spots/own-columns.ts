/**
 * Which columns a row has figures of its own for. Holds aren't told by the line that waits, nor uses and waits by the
 * line that holds, nor who waits now by either: there a source gives the whole primitive's, which read as the line's.
 */

import type { Group } from "../location.ts";
import { defaultSort, type Sort } from "../row-order.ts";

const ofTheWhole: Readonly<Record<Group, readonly string[]>> = {
  name: [],
  waiter: ["waiters", "trend", "holdP99"],
  holder: ["waiters", "operations", "trend", "waitP50", "waitP99"],
  // A trend is that of one primitive.
  kind: ["trend"],
};

// Nobody waits now, and how long the waits of a line took is only known together.
const notRecorded: Readonly<Record<Group, readonly string[]>> = {
  name: ["waiters"],
  waiter: ["waiters", "waitP50", "waitP99"],
  holder: ["waiters"],
  kind: ["waiters"],
};

/** The columns that rows of a group go without, live or in a recording. */
export function columnsWithout(group: Group, recorded = false): readonly string[] {
  return recorded ? [...ofTheWhole[group], ...notRecorded[group]] : ofTheWhole[group];
}

/** The order that rows of a group can have: not by a column that they go without. */
export function sortWithin(group: Group, sort: Sort, recorded = false): Sort {
  return columnsWithout(group, recorded).includes(sort.column) ? defaultSort : sort;
}
