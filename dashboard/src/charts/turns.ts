/**
 * Whose turn it is to draw. What has something to draw stands in a line, once however often it asks, and one of them draws
 * at a time: all charts in one frame would cost a frame that someone scrolls in.
 */
export class Turns {
  readonly #line = new Set<() => void>();
  readonly #later: (run: () => void) => void;

  /** `later` runs what it is given in a frame to come: a turn. */
  constructor(later: (run: () => void) => void) {
    this.#later = later;
  }

  /** Draws when its turn comes. */
  ask(draw: () => void): void {
    if (this.#line.size === 0) this.#later(this.#next);
    this.#line.add(draw);
  }

  /** Leaves the line. */
  giveUp(draw: () => void): void {
    this.#line.delete(draw);
  }

  readonly #next = (): void => {
    const [draw] = this.#line;
    if (draw === undefined) return;
    this.#line.delete(draw);
    if (this.#line.size > 0) this.#later(this.#next);
    draw();
  };
}
