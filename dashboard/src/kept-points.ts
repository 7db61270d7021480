/**
 * The points of one primitive. A thousand primitives have more than a hundred thousand: as objects they would be several
 * times the memory, and all of it walked through when garbage is collected.
 */

import type { SeriesPoint } from "@holdup/protocol";
import { PointNumbers } from "./point-numbers.ts";

/** So many of the newest points stay the objects that came: it is nearly always one of them that is told again. */
const openPoints = 3;

/**
 * Points in the order of their times, each time once. They never change: what extends them are others, which have the
 * numbers of the older points in common with these.
 */
export class KeptPoints implements Iterable<SeriesPoint> {
  // The older points are those from #from to #to in there.
  readonly #numbers: PointNumbers;
  readonly #from: number;
  readonly #to: number;
  readonly #open: readonly SeriesPoint[];

  private constructor(numbers: PointNumbers, from: number, to: number, open: readonly SeriesPoint[]) {
    this.#numbers = numbers;
    this.#from = from;
    this.#to = to;
    this.#open = open;
  }

  /** Points that stand in the order of their times. */
  static of(points: readonly SeriesPoint[]): KeptPoints {
    const older = points.slice(0, -openPoints);
    return new KeptPoints(PointNumbers.of(older), 0, older.length, points.slice(-openPoints));
  }

  get length(): number {
    return this.#to - this.#from + this.#open.length;
  }

  /** The point at a place, counted from the end if negative. */
  at(index: number): SeriesPoint | undefined {
    const place = index < 0 ? this.length + index : index;
    const older = this.#to - this.#from;
    if (place < 0 || place >= older) return place < 0 ? undefined : this.#open[place - older];
    return this.#numbers.point(this.#from + place);
  }

  *[Symbol.iterator](): Iterator<SeriesPoint> {
    for (let place = this.#from; place < this.#to; place++) yield this.#numbers.point(place);
    yield* this.#open;
  }

  /** With more points in their places, the newest so many; one with a time already known replaces it. */
  with(points: Iterable<SeriesPoint>, most: number): KeptPoints {
    const open = [...this.#open];
    const closedUntil = this.#to > this.#from ? this.#numbers.time(this.#to - 1) : -Infinity;
    for (const point of points) {
      if (point.time <= closedUntil) return this.#withLate(points, most);
      insert(open, point);
    }
    let [numbers, from, to] = [this.#numbers, this.#from, this.#to];
    for (const point of open.splice(0, open.length - openPoints)) {
      if (!numbers.hasRoomAt(to)) {
        numbers = numbers.copy(from, to);
        [from, to] = [0, to - from];
      }
      numbers.append(point);
      to++;
    }
    from = Math.min(to, Math.max(from, to + open.length - most));
    return new KeptPoints(numbers, from, to, open.slice(-most));
  }

  #withLate(points: Iterable<SeriesPoint>, most: number): KeptPoints {
    const all = [...this];
    for (const point of points) insert(all, point);
    return KeptPoints.of(all.slice(-most));
  }
}

function insert(points: SeriesPoint[], point: SeriesPoint): void {
  // From the end: a point is nearly always the newest second, or the newest second told again.
  const before = points.findLastIndex(({ time }) => time <= point.time);
  const known = points[before]?.time === point.time;
  points.splice(known ? before : before + 1, known ? 1 : 0, point);
}
