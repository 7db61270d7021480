import type { SeriesPoint } from "@holdup/protocol";

/** Figures of a point, all but its time. */
const figures = 9;

/**
 * Points as bare numbers. They only grow, at their end, so that series of which one extends the other share them: each
 * knows how far they are its own.
 */
export class PointNumbers {
  readonly #times: Float64Array;
  // Seven digits are more than anyone is shown.
  readonly #figures: Float32Array;
  #length = 0;

  private constructor(room: number) {
    this.#times = new Float64Array(room);
    this.#figures = new Float32Array(room * figures);
  }

  /** Has room for these points alone: many series get few more. */
  static of(points: readonly SeriesPoint[]): PointNumbers {
    const numbers = new PointNumbers(points.length);
    for (const point of points) numbers.append(point);
    return numbers;
  }

  /** Those of some places, with room for more. */
  copy(from: number, to: number): PointNumbers {
    const length = to - from;
    const copy = new PointNumbers(length + Math.min(Math.max(length, leastRoom), mostRoom));
    copy.#times.set(this.#times.subarray(from, to));
    copy.#figures.set(this.#figures.subarray(from * figures, to * figures));
    copy.#length = length;
    return copy;
  }

  /** Whether a point that is appended gets that place. */
  hasRoomAt(place: number): boolean {
    return place === this.#length && place < this.#times.length;
  }

  append(point: SeriesPoint): void {
    const at = this.#length * figures;
    this.#times[this.#length++] = point.time;
    this.#figures[at] = point.operations;
    this.#figures[at + 1] = point.contended;
    this.#figures[at + 2] = point.waitSeconds;
    this.#figures[at + 3] = point.blameSeconds;
    this.#figures[at + 4] = point.waitP50;
    this.#figures[at + 5] = point.waitP99;
    this.#figures[at + 6] = point.holdP50;
    this.#figures[at + 7] = point.holdP99;
    this.#figures[at + 8] = point.waiters;
  }

  time(place: number): number {
    return this.#times[place] ?? Number.NaN;
  }

  point(place: number): SeriesPoint {
    const figure = (index: number): number => this.#figures[place * figures + index] ?? Number.NaN;
    return {
      time: this.time(place),
      operations: figure(0),
      contended: figure(1),
      waitSeconds: figure(2),
      blameSeconds: figure(3),
      waitP50: figure(4),
      waitP99: figure(5),
      holdP50: figure(6),
      holdP99: figure(7),
      waiters: figure(8),
    };
  }
}

/** Room for further points, in points. More would lie idle in a thousand series; less is copied more often. */
const leastRoom = 8;
const mostRoom = 40;
