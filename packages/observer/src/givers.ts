import type { Task } from "@holdup/primitives";

/** A task that has put something in. */
export interface Giver {
  readonly id: string;
  readonly name: string;
  /** The task does not stay alive for being remembered. */
  readonly task: WeakRef<Task<unknown>>;
  /** The room in which its group waits for it. */
  readonly group: WeakRef<object> | undefined;
}

/** More than these are as good as anyone. */
const mostGivers = 16;

/** The tasks that have put something into a queue, as long as they are few and nobody else does. */
export class Givers {
  /** Undefined: anyone may be one, code outside of any task too. */
  known: Giver[] | undefined = [];
  #last: string | undefined;

  add(task: Task<unknown> | undefined): void {
    if (this.known === undefined) return;
    // The code of one that is done is a callback: there may be more of them.
    if (task === undefined || task.done) this.known = undefined;
    else if (task.id !== this.#last) this.#remember(task, this.known);
  }

  #remember(task: Task<unknown>, known: Giver[]): void {
    this.#last = task.id;
    if (known.some(({ id }) => id === task.id)) return;
    if (known.length === mostGivers) this.known = undefined;
    else known.push({ id: task.id, name: task.name, task: new WeakRef(task), group: weak(task.group) });
  }
}

function weak(room: object | undefined): WeakRef<object> | undefined {
  return room === undefined ? undefined : new WeakRef(room);
}
