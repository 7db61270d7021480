import { noFunction } from "./argument.ts";
import { seam } from "./observer.ts";
import { Subject, type Named } from "./subject.ts";

/**
 * State that several tasks read and write. Reading, awaiting, and then writing what was computed from
 * the old value loses what others wrote meanwhile: hold a lock over all three, or use `update`, which
 * does not await.
 *
 * @example
 * ```ts
 * const counter = new Shared(0, "counter");
 * counter.update((value) => value + 1);
 * ```
 */
export class Shared<T> {
  readonly subject: Subject;
  #value: T;

  constructor(initial: T, options?: Named) {
    this.subject = new Subject("shared", options, 0, new.target);
    this.#value = initial;
  }

  /** The name given, or `shared@<file>:<line>` of the constructor call. */
  get name(): string {
    return this.subject.name;
  }

  /** The value now. */
  get(): T {
    seam.read(this.subject);
    return this.#value;
  }

  /** Replaces the value, whatever it was. */
  set(value: T): void {
    seam.wrote(this.subject);
    this.#value = value;
  }

  /** Computes the new value from the old one, with nothing in between; returns it. @throws TypeError for what is no function */
  update(fn: (value: T) => T): T {
    const error = noFunction(fn, "update");
    if (error !== undefined) throw error;
    seam.read(this.subject);
    this.#value = fn(this.#value);
    seam.wrote(this.subject);
    return this.#value;
  }
}
