import type { PrimitiveSnapshot } from "@holdup/observer";
import type { HolderRow, Slice, SliceHolder } from "../primitive-record.ts";
import { median } from "../ratio.ts";
import { siteKey } from "../site.ts";

/** How long a slice is at first, in milliseconds. */
const firstMs = 100;

/** When there are so many, two become one, and slices are twice as long from then on. */
const mostSlices = 64;

/** The exact sums of one primitive at one time. */
interface Sums {
  readonly operations: number;
  readonly contended: number;
  readonly blockedMs: number;
  readonly handoffMs: number;
  readonly holders: ReadonlyMap<string, HolderRow>;
}

interface Look {
  readonly at: number;
  readonly sums: ReadonlyMap<string, Sums>;
}

/**
 * Looks at a thread's sums again and again, so that the run can be told in slices: how much they differ says how much a
 * difference between two runs is worth. However long the run is, there are 33 to 64 of them.
 */
export class SliceBook {
  readonly #look: () => readonly PrimitiveSnapshot[];
  #looks: Look[] = [];
  #everyMs = firstMs;
  #timer: NodeJS.Timeout | undefined;
  readonly #lateMs: number[] = [];
  // What a reading of the clock of looks lacks to Unix ms.
  readonly #epoch = Date.now() - performance.now();

  constructor(look: () => readonly PrimitiveSnapshot[]) {
    this.#look = look;
    this.#looks.push(lookAt([]));
    this.#wait();
  }

  /** Ends the last slice. */
  end(primitives: readonly PrimitiveSnapshot[]): void {
    clearTimeout(this.#timer);
    this.#looks.push(lookAt(primitives));
  }

  /** How late the timers of its slices were, in the median. */
  get timersLateMs(): number {
    return this.#lateMs.length === 0 ? 0 : median(this.#lateMs);
  }

  /** The slices in which anything of a primitive went on. */
  slicesOf(key: string, byHolder: readonly HolderRow[]): Slice[] {
    const indexes = new Map(byHolder.map(({ site }, index) => [siteKey(site), index]));
    const slices: Slice[] = [];
    for (let i = 1; i < this.#looks.length; i++) {
      const slice = sliceBetween(this.#looks[i - 1] as Look, this.#looks[i] as Look, key, indexes);
      if (slice !== undefined) slices.push({ ...slice, endedAt: this.#unix(this.#looks[i] as Look) });
    }
    return slices;
  }

  #unix({ at }: Look): number {
    return Math.round(this.#epoch + at);
  }

  // A timer after the other, not an interval: a busy thread is not asked twice in a row.
  #wait(): void {
    const due = performance.now() + this.#everyMs;
    this.#timer = setTimeout(() => {
      this.#lateMs.push(Math.max(0, performance.now() - due));
      this.#looks.push(lookAt(this.#look()));
      if (this.#looks.length > mostSlices) this.#halve();
      this.#wait();
    }, this.#everyMs).unref();
  }

  #halve(): void {
    this.#looks = this.#looks.filter((_, index) => index % 2 === 0);
    this.#everyMs *= 2;
  }
}

function lookAt(primitives: readonly PrimitiveSnapshot[]): Look {
  const sums = primitives.map(
    (primitive) => [`${primitive.type} ${primitive.name}`, sumsOf(primitive)] as const,
  );
  return { at: performance.now(), sums: new Map(sums) };
}

function sumsOf({ operations, contended, blockedMs, handoffMs, byHolder }: PrimitiveSnapshot): Sums {
  const holders = new Map(byHolder.map((row) => [siteKey(row.site), row]));
  return { operations, contended, blockedMs, handoffMs, holders };
}

const nothing: Sums = { operations: 0, contended: 0, blockedMs: 0, handoffMs: 0, holders: new Map() };

function sliceBetween(
  before: Look,
  after: Look,
  key: string,
  indexes: ReadonlyMap<string, number>,
): Slice | undefined {
  const from = before.sums.get(key) ?? nothing;
  const to = after.sums.get(key) ?? nothing;
  const slice = {
    ms: after.at - before.at,
    operations: to.operations - from.operations,
    contended: to.contended - from.contended,
    blockedMs: to.blockedMs - from.blockedMs,
    handoffMs: to.handoffMs - from.handoffMs,
    holders: [...holdersBetween(from, to, indexes)],
  };
  return slice.operations > 0 || slice.blockedMs > 0 || slice.holders.length > 0 ? slice : undefined;
}

function* holdersBetween(from: Sums, to: Sums, indexes: ReadonlyMap<string, number>): Generator<SliceHolder> {
  for (const [key, row] of to.holders) {
    const holder = indexes.get(key);
    const before = from.holders.get(key);
    const holds = row.holds - (before?.holds ?? 0);
    const holdMs = row.holdMs - (before?.holdMs ?? 0);
    const blameMs = row.blameMs - (before?.blameMs ?? 0);
    if (holder !== undefined && (holds > 0 || holdMs > 0)) yield { holder, holds, holdMs, blameMs };
  }
}
