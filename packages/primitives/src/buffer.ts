/** What a queue keeps its items in: the order in which they come out. */
export interface Buffer<T> {
  readonly size: number;
  add(item: T): void;
  /** The next item; asked only when there is one. */
  take(): T;
  /** Drops all items. Compares none: it can't fail. */
  clear(): void;
}

/** First in, first out: a ring that grows, so that taking costs the same however many there are. */
export class FifoBuffer<T> implements Buffer<T> {
  #ring: (T | undefined)[] = Array.from({ length: 16 });
  #head = 0;
  size = 0;

  add(item: T): void {
    if (this.size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.size) % this.#ring.length] = item;
    this.size++;
  }

  take(): T {
    const item = this.#ring[this.#head] as T;
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) % this.#ring.length;
    this.size--;
    return item;
  }

  clear(): void {
    this.#ring.fill(undefined);
    this.size = 0;
  }

  #grow(): void {
    const ring: (T | undefined)[] = Array.from({ length: this.#ring.length * 2 });
    for (let i = 0; i < this.size; i++) ring[i] = this.#ring[(this.#head + i) % this.#ring.length];
    this.#ring = ring;
    this.#head = 0;
  }
}

/** Last in, first out. */
export class LifoBuffer<T> implements Buffer<T> {
  readonly #stack: T[] = [];

  get size(): number {
    return this.#stack.length;
  }

  add(item: T): void {
    this.#stack.push(item);
  }

  take(): T {
    return this.#stack.pop() as T;
  }

  clear(): void {
    this.#stack.length = 0;
  }
}

interface Entry<T> {
  readonly item: T;
  readonly number: number;
}

/** Smallest first, equal ones in the order of their coming: a binary heap. */
export class PriorityBuffer<T> implements Buffer<T> {
  readonly #compare: (a: T, b: T) => number;
  // Invariant: no entry comes after its children, at 2i + 1 and 2i + 2.
  readonly #heap: Entry<T>[] = [];
  #added = 0;

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#heap.length;
  }

  add(item: T): void {
    const entry = { item, number: this.#added++ };
    let hole = this.#heap.length;
    // Compared before anything moves: a comparator that throws leaves the heap as it was.
    const path: number[] = [];
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      if (!this.#before(entry, this.#at(parent))) break;
      path.push(parent);
      hole = parent;
    }
    let last = this.#heap.length;
    for (const parent of path) {
      this.#heap[last] = this.#at(parent);
      last = parent;
    }
    this.#heap[last] = entry;
  }

  take(): T {
    const { item } = this.#at(0);
    const count = this.#heap.length - 1;
    const last = this.#at(count);
    // Compared before anything moves, as in add.
    const path = this.#pathDown(last, count);
    this.#heap.pop();
    let hole = 0;
    for (const child of path) {
      this.#heap[hole] = this.#at(child);
      hole = child;
    }
    if (count > 0) this.#heap[hole] = last;
    return item;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  // The places, among the first `count`, whose entries go before this one when it comes in at the top.
  #pathDown(entry: Entry<T>, count: number): number[] {
    const path: number[] = [];
    for (
      let child = this.#smallerChild(0, count);
      child !== undefined;
      child = this.#smallerChild(child, count)
    ) {
      if (!this.#before(this.#at(child), entry)) break;
      path.push(child);
    }
    return path;
  }

  #smallerChild(parent: number, count: number): number | undefined {
    const left = 2 * parent + 1;
    if (left >= count) return undefined;
    const right = left + 1;
    return right < count && this.#before(this.#at(right), this.#at(left)) ? right : left;
  }

  #before(a: Entry<T>, b: Entry<T>): boolean {
    const order = this.#compare(a.item, b.item);
    return order < 0 || (order === 0 && a.number < b.number);
  }

  #at(index: number): Entry<T> {
    return this.#heap[index] as Entry<T>;
  }
}
