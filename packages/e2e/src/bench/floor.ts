interface Node {
  readonly resolve: (floor: Floor) => void;
  next: Node | undefined;
}

/**
 * The least that a fair lock can be: a flag and a linked list of promises. No options, no cancel, no handle,
 * nothing to observe. What is slow here is slow for everyone.
 */
export class Floor {
  #taken = false;
  #first: Node | undefined;
  #last: Node | undefined;

  acquire(): Promise<Floor> {
    if (this.#taken) return new Promise((resolve) => this.#append({ resolve, next: undefined }));
    this.#taken = true;
    return Promise.resolve(this);
  }

  release(): void {
    const first = this.#first;
    this.#first = first?.next;
    if (this.#first === undefined) this.#last = undefined;
    if (first === undefined) {
      this.#taken = false;
      return;
    }
    // Else a node that has grown old keeps all that came after it alive, until the whole heap is collected.
    first.next = undefined;
    first.resolve(this);
  }

  #append(node: Node): void {
    if (this.#last === undefined) this.#first = node;
    else this.#last.next = node;
    this.#last = node;
  }
}
