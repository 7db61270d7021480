/**
 * One link of a circular list; a link alone is an empty list. Its owner leaves in constant time,
 * however many stand beside it.
 */
export class Link<Owner> {
  readonly owner: Owner;
  #next: Link<Owner> = this;
  #previous: Link<Owner> = this;

  constructor(owner: Owner) {
    this.owner = owner;
  }

  get next(): Link<Owner> {
    return this.#next;
  }

  /** Joins the list that `head` belongs to, as its last. */
  joinBefore(head: Link<Owner>): void {
    this.#previous = head.#previous;
    this.#next = head;
    head.#previous.#next = this;
    head.#previous = this;
  }

  /** Leaves its list; a link alone stays alone. */
  leave(): void {
    this.#previous.#next = this.#next;
    this.#next.#previous = this.#previous;
    this.#next = this;
    this.#previous = this;
  }
}
