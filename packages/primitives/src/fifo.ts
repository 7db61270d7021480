/**
 * First in, first out, for what is filled and emptied again and again: its array is kept, where a new one each time
 * would cost more than what it carries.
 */
export class Fifo<T> {
  #items: (T | undefined)[] = [];
  // The first is at `#first`, the next newcomer's place is `#end`.
  #first = 0;
  #end = 0;

  /** How many are in it. */
  get size(): number {
    return this.#end - this.#first;
  }

  add(item: T): void {
    this.#items[this.#end++] = item;
  }

  /** Takes the first out; undefined when it is empty. */
  take(): T | undefined {
    if (this.#first === this.#end) return undefined;
    const item = this.#items[this.#first];
    // Whoever is out must not be kept alive.
    this.#items[this.#first++] = undefined;
    if (this.#first === this.#end) this.#restart();
    // One that is never empty must not grow for ever.
    else if (this.#first === mostBehind) this.#moveUp();
    return item;
  }

  #restart(): void {
    // A rush is over: its room is given back.
    if (this.#end > mostKept) this.#items = [];
    this.#first = 0;
    this.#end = 0;
  }

  #moveUp(): void {
    this.#items = this.#items.slice(this.#first, this.#end);
    this.#end -= this.#first;
    this.#first = 0;
  }
}

const mostBehind = 1024;
const mostKept = 4096;
