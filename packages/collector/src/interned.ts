/**
 * What was made of some bytes, kept by these bytes: telemetry says the same few names again and again. The table
 * has a fixed size, and whatever comes takes the place of something else, so bytes that are chosen to collide make
 * it as slow as if it weren't there and never slower.
 */

/** No place. */
export const nowhere = -1;

/** Two neighbours take what falls on one place, the one that came last first. */
const ways = 2;

export interface InternedOptions {
  /** How many values are kept; a power of two. */
  readonly places: number;
  /** Longer ones are not kept; a multiple of four. */
  readonly maxBytes: number;
}

export class Interned<Value> {
  readonly #maxBytes: number;
  readonly #mask: number;
  // The bytes of each place, as words.
  readonly #words: Int32Array;
  readonly #lengths: Int32Array;
  readonly #values: (Value | undefined)[];
  // Nobody outside can tell what collides.
  readonly #seed: number = Math.floor(Math.random() * 2 ** 32) | 0;

  constructor({ places, maxBytes }: InternedOptions) {
    this.#maxBytes = maxBytes;
    this.#mask = places - ways;
    this.#words = new Int32Array((places * maxBytes) / 4);
    this.#lengths = new Int32Array(places).fill(-1);
    this.#values = Array.from({ length: places });
  }

  /** What is kept of those bytes, or undefined. */
  get(bytes: DataView, start: number, end: number): Value | undefined {
    const place = this.find(bytes, start, end);
    return place === nowhere ? undefined : this.#values[place];
  }

  /** The place of those bytes, or `nowhere`. It is theirs until something else is set. */
  find(bytes: DataView, start: number, end: number): number {
    if (end - start > this.#maxBytes) return nowhere;
    const place = hashOf(bytes, start, end, this.#seed) & this.#mask;
    if (this.holds(place, bytes, start, end)) return place;
    return this.holds(place + 1, bytes, start, end) ? place + 1 : nowhere;
  }

  /** Whether that place is of those bytes: quicker than `find` for whoever guesses well. */
  holds(place: number, bytes: DataView, start: number, end: number): boolean {
    if (this.#lengths[place] !== end - start) return false;
    const words = this.#words;
    let from = (place * this.#maxBytes) >> 2;
    for (let at = start; at + 4 <= end; at += 4) {
      if (words[from++] !== bytes.getInt32(at, true)) return false;
    }
    return (end - start) % 4 === 0 || words[from] === lastWord(bytes, start, end);
  }

  /** What is kept at a place. */
  at(place: number): Value {
    return this.#values[place] as Value;
  }

  /** Keeps a value for those bytes, if they are short. */
  set(bytes: DataView, start: number, end: number, value: Value): void {
    if (end - start > this.#maxBytes) return;
    const place = hashOf(bytes, start, end, this.#seed) & this.#mask;
    this.#move(place, place + 1);
    this.#lengths[place] = end - start;
    this.#values[place] = value;
    let to = (place * this.#maxBytes) >> 2;
    for (let at = start; at + 4 <= end; at += 4) this.#words[to++] = bytes.getInt32(at, true);
    if ((end - start) % 4 !== 0) this.#words[to] = lastWord(bytes, start, end);
  }

  #move(from: number, to: number): void {
    const width = this.#maxBytes >> 2;
    this.#words.copyWithin(to * width, from * width, (from + 1) * width);
    this.#lengths[to] = this.#lengths[from] as number;
    this.#values[to] = this.#values[from];
  }
}

function hashOf(bytes: DataView, start: number, end: number, seed: number): number {
  let hash = seed ^ (end - start);
  for (let at = start; at + 4 <= end; at += 4) hash = mix(hash, bytes.getInt32(at, true));
  return mix(hash, lastWord(bytes, start, end)) >>> 8;
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

// It overlaps the one before it, so that none reaches past the end.
function lastWord(bytes: DataView, start: number, end: number): number {
  if (end - start >= 4) return bytes.getInt32(end - 4, true);
  let word = 0;
  for (let at = start; at < end; at++) word = (word << 8) | bytes.getUint8(at);
  return word;
}
