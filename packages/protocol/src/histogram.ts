/**
 * An exponential histogram as OpenTelemetry defines it, at scale 4: sixteen buckets an octave,
 * so that a percentile read from it is within 2.2 % of the exact one. Merging two is adding integers.
 *
 * Source of the bucket formula: OpenTelemetry data model, "Exponential Histogram":
 * bucket i holds the values in (base^i, base^(i+1)], base = 2^(2^-scale).
 */

/** Buckets an octave = 2^scale. */
export const histogramScale = 4;

const bucketsPerOctave = 1 << histogramScale;

// The lower bounds of the sixteen buckets between 1 and 2, and 2 itself.
const bounds = Float64Array.from({ length: bucketsPerOctave + 1 }, (_, i) => 2 ** (i / bucketsPerOctave));

// The bucket in which each 256th of an octave begins. A bucket is wider than a 256th, so at most
// one bound lies inside and one comparison settles the rest.
const firstBucket = Uint8Array.from({ length: 256 }, (_, i) => {
  const mantissa = 1 + i / 256;
  let bucket = 0;
  while (bucket + 1 < bucketsPerOctave && boundAt(bucket + 1) <= mantissa) bucket++;
  return bucket;
});

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const highWord = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

// The mantissas of the bounds, the 20 bits of a double's high word and the 32 of its low one: a double is compared by its words,
// since one that is put together of them anew has to be waited for.
const highBounds = Uint32Array.from(bounds, (bound) => (bound < 2 ? highOf(bound) & 0xfffff : 0x100000));
const lowBounds = Uint32Array.from(bounds, lowOf);

function highOf(value: number): number {
  double[0] = value;
  return words[highWord] as number;
}

function lowOf(value: number): number {
  double[0] = value;
  return words[1 - highWord] as number;
}

function boundAt(i: number): number {
  return bounds[i] as number;
}

/**
 * The bucket of a positive, normal double at scale 4: `ceil(log2(value) · 16) − 1`, read from the
 * bits of the double instead of computed by `Math.log2` (upper bounds are inclusive).
 */
export function bucketIndex(value: number): number {
  const high = highOf(value);
  const low = words[1 - highWord] as number;
  const mantissa = high & 0xfffff;
  let bucket = firstBucket[mantissa >>> 12] as number;
  const upper = highBounds[bucket + 1] as number;
  if (mantissa > upper || (mantissa === upper && low > (lowBounds[bucket + 1] as number))) bucket++;
  else if (mantissa === highBounds[bucket] && low === lowBounds[bucket]) bucket--;
  return ((high >>> 20) - 1023) * bucketsPerOctave + bucket;
}

/** The value that stands for a bucket: the geometric middle of its bounds. */
export function bucketMiddle(index: number, scale: number = histogramScale): number {
  return 2 ** ((index + 0.5) / 2 ** scale);
}

/** A histogram as plain data: what travels and what is stored. */
export interface HistogramData {
  /** Number of values, zeros included. */
  count: number;
  /** Sum of the values. */
  sum: number;
  /** Smallest and largest value; 0 when empty. */
  min: number;
  max: number;
  /** Values of exactly zero (an operation that did not have to wait). */
  zeroCount: number;
  /** 2^scale buckets an octave. */
  scale: number;
  /** Index of the first entry of `counts`. */
  offset: number;
  /** How many values each bucket holds, from `offset` on. */
  counts: ArrayLike<number>;
}

/**
 * A mergeable histogram of non-negative values. Use it wherever percentiles of durations must
 * survive adding up: over time, over instances, over processes.
 *
 * @example
 * ```ts
 * const waits = new Histogram();
 * waits.record(0.25); // seconds
 * waits.quantile(0.99); // ≈ 0.25
 * ```
 */
export class Histogram implements HistogramData {
  readonly scale: number = histogramScale;
  count = 0;
  sum = 0;
  min = 0;
  max = 0;
  zeroCount = 0;
  offset = 0;
  // Half the room until a bucket holds more than 32 bits count; then doubles, which count exactly up to 2^53. The
  // window grows by whole octaves on either side.
  counts: Uint32Array | Float64Array = noCounts;

  /** Counts one value. Negative, NaN and denormal values count as zero: a clock can step back, a wait can't. */
  record(value: number): void {
    if (value >= smallestNormal) {
      this.#bucket(bucketIndex(value), 1);
      this.#extremes(value, value);
      this.sum += value;
    } else {
      this.#extremes(0, 0);
      this.zeroCount++;
    }
    this.count++;
  }

  /** Counts `times` values of zero at once. */
  recordZeros(times: number): void {
    if (times <= 0) return;
    this.#extremes(0, 0);
    this.zeroCount += times;
    this.count += times;
  }

  /** Adds another histogram. A finer one is downscaled, a coarser one is spread to the buckets' middles. */
  merge(other: HistogramData): void {
    if (other.count === 0) return;
    this.#extremes(other.min, other.max);
    const shift = other.scale - histogramScale;
    const { counts, offset } = other;
    this.#cover(counts, offset, shift);
    // No bucket can get beyond 32 bits, which all together don't.
    const narrow = shift === 0 && this.count + other.count <= mostOf32Bits;
    if (narrow && counts instanceof Uint32Array && this.counts instanceof Uint32Array) {
      addEach(this.counts, counts, offset - this.offset);
    } else this.#addBuckets(counts, offset, shift);
    this.zeroCount += other.zeroCount;
    this.sum += other.sum;
    this.count += other.count;
  }

  /** The value below which the share `q` (0 to 1) of all values lies; 0 when empty. Nearest rank. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.count));
    if (this.count === 0 || rank <= this.zeroCount) return 0;
    if (rank >= this.count) return this.max;
    let seen = this.zeroCount;
    for (let i = 0; i < this.counts.length; i++) {
      seen += this.counts[i] as number;
      if (seen >= rank) return Math.min(this.max, Math.max(this.min, bucketMiddle(this.offset + i)));
    }
    return this.max;
  }

  /** Forgets everything, and lets go of its room: of thousands, most are not used in the next interval. */
  clear(): void {
    this.count = this.sum = this.min = this.max = this.zeroCount = this.offset = 0;
    this.counts = noCounts;
  }

  /** A copy as plain data, its empty margins cut off. */
  toData(): HistogramData {
    let start = 0;
    let end = this.counts.length;
    while (start < end && this.counts[start] === 0) start++;
    while (end > start && this.counts[end - 1] === 0) end--;
    const { count, sum, min, max, zeroCount, scale } = this;
    return {
      count,
      sum,
      min,
      max,
      zeroCount,
      scale,
      offset: this.offset + start,
      counts: this.counts.slice(start, end),
    };
  }

  #extremes(low: number, high: number): void {
    if (this.count === 0) {
      this.min = low;
      this.max = high;
      return;
    }
    if (low < this.min) this.min = low;
    if (high > this.max) this.max = high;
  }

  #addBuckets(counts: ArrayLike<number>, offset: number, shift: number): void {
    for (let i = 0; i < counts.length; i++) {
      const times = counts[i] as number;
      // What is estimated from samples counts in fractions.
      if (!Number.isInteger(times)) this.#widen();
      if (times > 0) this.#bucket(rescale(offset + i, shift), times);
    }
  }

  // Makes room for all at once: octave by octave, a wide histogram would be copied for each.
  #cover(counts: ArrayLike<number>, offset: number, shift: number): void {
    let first = 0;
    let last = counts.length - 1;
    while (first <= last && counts[first] === 0) first++;
    while (last > first && counts[last] === 0) last--;
    if (first > last) return;
    const [low, high] = [rescale(offset + first, shift), rescale(offset + last, shift)];
    if (low < this.offset || high >= this.offset + this.counts.length) this.#grow(low, high);
  }

  #bucket(index: number, times: number): void {
    if (index < this.offset || index >= this.offset + this.counts.length) this.#grow(index, index);
    const at = index - this.offset;
    const count = (this.counts[at] as number) + times;
    if (count > mostOf32Bits) this.#widen();
    this.counts[at] = count;
  }

  #widen(): void {
    if (this.counts instanceof Uint32Array) this.counts = Float64Array.from(this.counts);
  }

  #grow(low: number, high: number): void {
    const octave = Math.floor(low / bucketsPerOctave) * bucketsPerOctave;
    const octaveAfter = (Math.floor(high / bucketsPerOctave) + 1) * bucketsPerOctave;
    const empty = this.counts.length === 0;
    const start = empty ? octave : Math.min(octave, this.offset);
    const end = empty ? octaveAfter : Math.max(octaveAfter, this.offset + this.counts.length);
    const counts =
      this.counts instanceof Uint32Array ? new Uint32Array(end - start) : new Float64Array(end - start);
    if (!empty) counts.set(this.counts, this.offset - start);
    this.counts = counts;
    this.offset = start;
  }
}

const noCounts = new Uint32Array(0);
const mostOf32Bits = 2 ** 32 - 1;
const smallestNormal = 2 ** -1022;

/** `shift` is where the first of `other` belongs; what lies outside is nothing. */
function addEach(counts: Uint32Array, other: Uint32Array, shift: number): void {
  for (let i = 0; i < other.length; i++) {
    const times = other[i] as number;
    if (times > 0) counts[i + shift] = (counts[i + shift] as number) + times;
  }
}

function rescale(index: number, shift: number): number {
  return shift >= 0 ? index >> shift : Math.floor((index + 0.5) * 2 ** -shift);
}
