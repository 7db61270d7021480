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
  /** How many programs are known; the one not heard of for longest is forgotten first. @default 10_000 */
  readonly maxPrograms?: number | undefined;
  /** How many streams of one program are known; what others send is taken each time. @default 10_000 */
  readonly maxStreams?: number | undefined;
  /** How many times of one program are known, the last. @default 120 */
  readonly maxTimes?: number | undefined;
}

/** What one program sent of one stretch of time. */
interface Collection {
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
  // By start and time, the oldest first.
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

export class SeenPoints {
  readonly #maxPrograms: number;
  readonly #maxStreams: number;
  readonly #maxTimes: number;
  // In the order of last use.
  readonly #programs = new Map<string, Known>();
  // The last one used: points of one program come together.
  #last: Known | undefined;

  constructor({ maxPrograms = 10_000, maxStreams = 10_000, maxTimes = 120 }: SeenPointsOptions = {}) {
    this.#maxPrograms = maxPrograms;
    this.#maxStreams = maxStreams;
    this.#maxTimes = maxTimes;
  }

  /** A request with points has arrived; it is to be told whether it was kept. */
  arrive(groups: readonly MetricGroup[]): PointArrival {
    return new PointArrival(groups, (resource, point) => this.#placeOf(resource, point));
  }

  // Undefined for what can't be told apart from others, or need not be.
  #placeOf(resource: Attributes, point: Point): Place | undefined {
    if (point.temporality !== "delta" || point.time === 0) return undefined;
    const known = this.#known(resource);
    const stream = this.#numberOf(known, streamOf(point));
    if (stream === undefined) return undefined;
    return { collection: this.#collection(known, point), stream, fingerprint: fingerprintOf(point) };
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
    forgetOldest(this.#programs, this.#maxPrograms);
    return known;
  }

  #numberOf({ numbers }: Known, stream: string): number | undefined {
    const known = numbers.get(stream);
    if (known !== undefined || numbers.size >= this.#maxStreams) return known;
    numbers.set(stream, numbers.size);
    return numbers.size - 1;
  }

  #collection(known: Known, { startTime, time }: Point): Collection {
    const { collections, last } = known;
    if (last?.time === time && last.startTime === startTime) return last;
    const key = `${startTime} ${time}`;
    let collection = collections.get(key);
    if (collection === undefined) {
      collection = { startTime, time, came: new Uint16Array(8), arriving: new Set() };
      collections.set(key, collection);
      forgetOldest(collections, this.#maxTimes);
    }
    known.last = collection;
    return collection;
  }
}

/** The points of one request. */
export class PointArrival {
  /** Those that are new. */
  readonly groups: readonly MetricGroup[];
  /** How many of its points came before. */
  repeated = 0;
  readonly #new: Place[] = [];
  // Those on their way that have points of this one.
  readonly #earlier = new Set<PointArrival>();
  #settle: () => void = () => {};
  readonly #settled = new Promise<void>((resolve) => (this.#settle = resolve));

  constructor(
    groups: readonly MetricGroup[],
    placeOf: (resource: Attributes, point: Point) => Place | undefined,
  ) {
    this.groups = groups.map((group) => {
      const points = group.points.filter((point) => this.#isNew(placeOf(group.resource, point)));
      return points.length === group.points.length ? group : { ...group, points };
    });
    // Not before: a point that is in it twice is the sender's to explain.
    for (const { collection, stream, fingerprint } of this.#new) {
      write(collection, stream, fingerprint);
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
    for (const { collection, stream } of this.#new) write(collection, stream, nothing);
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

function write(collection: Collection, stream: number, fingerprint: number): void {
  if (stream >= collection.came.length) {
    const longer = new Uint16Array(2 * stream);
    longer.set(collection.came);
    collection.came = longer;
  }
  collection.came[stream] = fingerprint;
}

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

function forgetOldest(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
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
