/**
 * Which delta points came lately. A gateway that makes new batches of what it sends again sends the same points in another
 * body: they are known by their stream, start, time and value, and counted once. (Of two programs that call themselves the
 * same, or of a sender that does not look at the clock, both count unless they say the same.)
 *
 * What a program measures it sends for all its streams at once, so a point takes two bytes: those of its stream, in what its
 * program sent of that time.
 */

import { streamKey } from "./cumulative.ts";
import type { Attributes, MetricGroup, Point } from "./telemetry.ts";

export interface SeenPointsOptions {
  /** How many streams of all programs are known; the program not heard of for longest is forgotten first. @default 200_000 */
  readonly maxStreams?: number | undefined;
  /** How much memory their points take, in bytes; the oldest are forgotten first. @default 33_554_432 */
  readonly maxBytes?: number | undefined;
}

/** What one program sent of one stretch of time. */
interface Collection {
  readonly program: Known;
  readonly key: string;
  readonly startTime: number;
  readonly time: number;
  /** What came of each stream, as a fingerprint; 0: nothing did. */
  came: Uint16Array<ArrayBuffer>;
  /** Those who brought some of it, and of whom it is not known whether they are kept. */
  readonly arriving: Set<PointArrival>;
}

interface Known {
  readonly resource: Attributes;
  readonly numbers: Map<string, number>;
  /** By start and time. */
  readonly collections: Map<string, Collection>;
  /** The last one used: all points of a request are mostly of one interval. */
  last: Collection | undefined;
}

/** A point's place. */
interface Place {
  readonly collection: Collection;
  readonly stream: number;
  readonly fingerprint: number;
}

/** What a collection takes besides its points, about. */
const collectionBytes = 500;
const fewestStreams = 8;

export class SeenPoints {
  readonly #maxStreams: number;
  readonly #maxBytes: number;
  // In the order of last use.
  readonly #programs = new Map<string, Known>();
  // Of all programs, the oldest first.
  readonly #collections = new Set<Collection>();
  #streams = 0;
  #bytes = 0;
  // The last one used: points of one program come together.
  #last: Known | undefined;

  constructor({ maxStreams = 200_000, maxBytes = 2 ** 25 }: SeenPointsOptions = {}) {
    this.#maxStreams = maxStreams;
    this.#maxBytes = maxBytes;
  }

  /** A request with points has arrived; it is to be told whether it was kept. */
  arrive(groups: readonly MetricGroup[]): PointArrival {
    return new PointArrival(this, groups);
  }

  /** For arrivals: where a point is. Undefined for what can't be told apart from others, or need not be. */
  placeOf(resource: Attributes, point: Point): Place | undefined {
    if (point.temporality !== "delta" || point.time === 0) return undefined;
    const known = this.#known(resource);
    const stream = this.#numberOf(known, streamOf(point));
    if (stream === undefined) return undefined;
    return { collection: this.#collection(known, point), stream, fingerprint: fingerprintOf(point) };
  }

  /** For arrivals: what came there. */
  write(collection: Collection, stream: number, fingerprint: number): void {
    if (stream >= collection.came.length) this.#lengthen(collection, 2 * stream);
    collection.came[stream] = fingerprint;
  }

  #known(resource: Attributes): Known {
    if (this.#last?.resource === resource) return this.#last;
    const program = textOf(resource);
    const known = this.#programs.get(program) ?? {
      resource,
      numbers: new Map(),
      collections: new Map(),
      last: undefined,
    };
    this.#last = known;
    this.#programs.delete(program);
    this.#programs.set(program, known);
    return known;
  }

  #numberOf(known: Known, stream: string): number | undefined {
    const { numbers } = known;
    const number = numbers.get(stream);
    if (number !== undefined) return number;
    while (this.#streams >= this.#maxStreams && this.#programs.size > 1) this.#forgetProgram();
    if (this.#streams >= this.#maxStreams) return undefined;
    this.#streams++;
    numbers.set(stream, numbers.size);
    return numbers.size - 1;
  }

  #collection(known: Known, { startTime, time }: Point): Collection {
    const { collections, last } = known;
    if (last?.time === time && last.startTime === startTime) return last;
    const key = `${startTime} ${time}`;
    let collection = collections.get(key);
    if (collection === undefined) {
      const came = new Uint16Array(Math.max(fewestStreams, known.numbers.size));
      collection = { program: known, key, startTime, time, came, arriving: new Set() };
      collections.set(key, collection);
      this.#collections.add(collection);
      known.last = collection;
      // May forget this one, too, if it is all there is.
      this.#take(collectionBytes + came.byteLength);
      return collection;
    }
    known.last = collection;
    return collection;
  }

  #lengthen(collection: Collection, streams: number): void {
    const longer = new Uint16Array(streams);
    longer.set(collection.came);
    const more = longer.byteLength - collection.came.byteLength;
    collection.came = longer;
    // One that was forgotten meanwhile is its request's alone.
    if (this.#collections.has(collection)) this.#take(more);
  }

  #take(bytes: number): void {
    this.#bytes += bytes;
    for (const oldest of this.#collections) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#forget(oldest);
    }
  }

  #forget(collection: Collection): void {
    const { program, key, came } = collection;
    this.#collections.delete(collection);
    this.#bytes -= collectionBytes + came.byteLength;
    program.collections.delete(key);
    if (program.last === collection) program.last = undefined;
  }

  #forgetProgram(): void {
    const [oldest] = this.#programs;
    if (oldest === undefined) return;
    const [program, known] = oldest;
    this.#programs.delete(program);
    this.#streams -= known.numbers.size;
    for (const collection of known.collections.values()) this.#forget(collection);
  }
}

/** The points of one request. */
export class PointArrival {
  /** Those that are new. */
  readonly groups: readonly MetricGroup[];
  /** How many of its points came before. */
  repeated = 0;
  readonly #seen: SeenPoints;
  readonly #new: Place[] = [];
  // Those on their way that have points of this one.
  readonly #earlier = new Set<PointArrival>();
  #settle: () => void = () => {};
  readonly #settled = new Promise<void>((resolve) => (this.#settle = resolve));

  constructor(seen: SeenPoints, groups: readonly MetricGroup[]) {
    this.#seen = seen;
    this.groups = groups.map((group) => {
      const points = group.points.filter((point) => this.#isNew(seen.placeOf(group.resource, point)));
      return points.length === group.points.length ? group : { ...group, points };
    });
    // Not before: a point that is in it twice is the sender's to explain.
    for (const { collection, stream, fingerprint } of this.#new) {
      seen.write(collection, stream, fingerprint);
      collection.arriving.add(this);
    }
  }

  /** Set if it is not known yet whether all that came before is kept: resolves when it is. */
  get doubt(): Promise<unknown> | undefined {
    if (this.#earlier.size === 0) return undefined;
    return Promise.all([...this.#earlier].map((earlier) => earlier.#settled));
  }

  /** Its points are kept. */
  keep(): void {
    for (const { collection } of this.#new) collection.arriving.delete(this);
    this.#new.length = 0;
    this.#settle();
  }

  /** They are not: who sends them again is the first. Nothing happens to what is kept. */
  forget(): void {
    for (const { collection, stream } of this.#new) this.#seen.write(collection, stream, nothing);
    this.keep();
  }

  #isNew(place: Place | undefined): boolean {
    if (place === undefined) return true;
    const { collection, stream, fingerprint } = place;
    if (collection.came[stream] !== fingerprint) {
      this.#new.push(place);
      return true;
    }
    this.repeated++;
    for (const earlier of collection.arriving) this.#earlier.add(earlier);
    return false;
  }
}

const nothing = 0;

const doubles = new Float64Array(2);
const words = new Uint32Array(doubles.buffer);

function fingerprintOf(point: Point): number {
  const { value } = point;
  doubles[0] = typeof value === "number" ? value : value.sum;
  doubles[1] = typeof value === "number" ? 0 : value.count;
  let hash = 0;
  for (const word of words) {
    hash = Math.imul(hash ^ word, 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash & 0xffff || 1;
}

// The decoder gives out the same attributes each time that they arrive.
const texts = new WeakMap<Attributes, string>();
const streams = new WeakMap<Attributes, Map<string, string>>();

function textOf(resource: Attributes): string {
  let text = texts.get(resource);
  if (text === undefined) texts.set(resource, (text = JSON.stringify([...resource])));
  return text;
}

// Within its program, that is without the resource.
function streamOf(point: Point): string {
  let known = streams.get(point.attributes);
  if (known === undefined) streams.set(point.attributes, (known = new Map()));
  let key = known.get(point.metric);
  if (key === undefined) known.set(point.metric, (key = streamKey(noAttributes, point)));
  return key;
}

const noAttributes: Attributes = new Map();
