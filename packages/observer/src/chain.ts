/** What can stand in a chain: it knows its neighbours itself, so that leaving takes constant time. */
export interface Chained<Self> {
  next: Self | undefined;
  previous: Self | undefined;
}

/** A doubly linked list through its members. */
export class Chain<Member extends Chained<Member>> {
  first: Member | undefined = undefined;
  #last: Member | undefined = undefined;

  add(member: Member): void {
    const last = this.#last;
    this.#last = member;
    if (last === undefined) {
      this.first = member;
      return;
    }
    member.previous = last;
    last.next = member;
  }

  remove(member: Member): void {
    const { previous, next } = member;
    if (previous === undefined) this.first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    member.next = undefined;
    member.previous = undefined;
  }

  *[Symbol.iterator](): Generator<Member, void> {
    for (let member = this.first; member !== undefined; member = member.next) yield member;
  }
}
