import { gzipSync } from "node:zlib";
import { invalidArgument } from "@holdup/primitives";
import { notSampled, type Site } from "@holdup/protocol";
import { Function, Line, Location, Profile, Sample, StringTable, ValueType } from "pprof-format";
import type { Capture } from "./call-site.ts";
import type { Instance } from "./instance.ts";
import type { StackRow } from "./stack-book.ts";
import type { Totals } from "./totals.ts";

/** What a profile is of: `mutex` by who held while others waited, `block` by who waited. */
export type ProfileKind = "mutex" | "block";

/** What is profiled; the accounts must be up to date. Times are the clock's milliseconds. */
export interface Profiled {
  readonly at: number;
  /** Since when it was measured. */
  readonly since: number;
  readonly totals: Iterable<Totals>;
  /** Primitives with open waits and holds. */
  readonly instances: readonly Instance[];
  readonly framesOf: (capture: Capture | undefined) => readonly Site[];
}

/** How often others waited under one stack, and for how long together. */
interface Weight {
  contentions: number;
  ms: number;
}

/**
 * All waiting as a gzipped profile in pprof's format, with Go's sample types. What was not looked up is under one frame,
 * `(not sampled)`, so that the sums are exact.
 */
export function profile(kind: ProfileKind, profiled: Profiled): Uint8Array {
  if (kind !== "mutex" && kind !== "block") {
    throw invalidArgument(`there is no profile of kind "${String(kind)}"; there are "mutex" and "block"`);
  }
  const writer = new ProfileWriter();
  const byTotals = Map.groupBy(profiled.instances, ({ totals }) => totals);
  const weigh = kind === "mutex" ? holders : waiters;
  for (const totals of profiled.totals) {
    for (const [{ frames }, weight] of weigh(totals, byTotals.get(totals) ?? [], profiled))
      writer.add(totals, frames, weight);
  }
  return gzipSync(writer.encode(profiled.at - profiled.since));
}

function holders(
  totals: Totals,
  live: readonly Instance[],
  { framesOf }: Profiled,
): ReadonlyMap<StackRow, Weight> {
  const weights = new Weights(totals);
  for (const row of totals.stacks.rows) weights.add(row, row.holds, row.blameMs);
  let contentions = totals.contendedHolds;
  for (const { holds } of live) {
    for (const hold of holds) {
      if (!hold.contended) continue;
      contentions++;
      weights.add(totals.stacks.row(framesOf(hold.capture)), 1, 0);
    }
  }
  let blameMs = 0;
  for (const row of totals.holdRows.values()) blameMs += row.blameMs;
  return weights.upTo(contentions, blameMs);
}

function waiters(
  totals: Totals,
  live: readonly Instance[],
  { framesOf, at }: Profiled,
): ReadonlyMap<StackRow, Weight> {
  const weights = new Weights(totals);
  for (const row of totals.stacks.rows) weights.add(row, row.waits, row.blockedMs);
  let contentions = totals.counts.contended;
  for (const { waits } of live) {
    for (const wait of waits) {
      contentions++;
      weights.add(totals.stacks.row(framesOf(wait.capture)), 1, at - wait.startedAt);
    }
  }
  return weights.upTo(contentions, totals.blockedMs);
}

class Weights {
  readonly #totals: Totals;
  readonly #weights = new Map<StackRow, Weight>();
  readonly #sum: Weight = { contentions: 0, ms: 0 };

  constructor(totals: Totals) {
    this.#totals = totals;
  }

  add(row: StackRow, contentions: number, ms: number): void {
    const weight = this.#weights.get(row) ?? { contentions: 0, ms: 0 };
    this.#weights.set(row, weight);
    for (const counted of [weight, this.#sum]) {
      counted.contentions += contentions;
      counted.ms += ms;
    }
  }

  /** Puts what is left of the whole under the stack that was not looked up. */
  upTo(contentions: number, ms: number): ReadonlyMap<StackRow, Weight> {
    const unknown = this.#totals.stacks.row([]);
    this.add(unknown, Math.max(0, contentions - this.#sum.contentions), Math.max(0, ms - this.#sum.ms));
    return this.#weights;
  }
}

const unknownFrame: Site = { functionName: notSampled, filePath: "", lineNumber: 0 };

/** Collects samples with the tables that they refer to. */
class ProfileWriter {
  readonly #strings = new StringTable();
  readonly #samples: Sample[] = [];
  readonly #functions = new Map<string, Function>();
  readonly #locations = new Map<string, Location>();

  add(totals: Totals, frames: readonly Site[], { contentions, ms }: Weight): void {
    const delay = BigInt(Math.round(ms * 1e6));
    if (contentions === 0 && delay === 0n) return;
    const root = { functionName: `${totals.type} "${totals.name}"`, filePath: "", lineNumber: 0 };
    const stack = [...(frames.length === 0 ? [unknownFrame] : frames), root];
    this.#samples.push(
      new Sample({
        locationId: stack.map((frame) => this.#location(frame).id),
        value: [contentions, delay],
        label: [this.#label("primitive", totals.name), this.#label("type", totals.type)],
      }),
    );
  }

  encode(durationMs: number): Uint8Array {
    const contentions = this.#valueType("contentions", "count");
    const profiled = new Profile({
      stringTable: this.#strings,
      sampleType: [contentions, this.#valueType("delay", "nanoseconds")],
      sample: this.#samples,
      location: [...this.#locations.values()],
      function: [...this.#functions.values()],
      timeNanos: BigInt(Date.now()) * 1_000_000n,
      durationNanos: BigInt(Math.round(durationMs * 1e6)),
      periodType: contentions,
      period: 1,
      defaultSampleType: this.#strings.dedup("delay"),
    });
    return profiled.encode();
  }

  #location({ functionName, filePath, lineNumber }: Site): Location {
    const key = `${filePath}:${lineNumber}:${functionName}`;
    let location = this.#locations.get(key);
    if (location === undefined) {
      const { id: functionId } = this.#function(functionName, filePath);
      const line = new Line({ functionId, line: lineNumber });
      location = new Location({ id: this.#locations.size + 1, line: [line] });
      this.#locations.set(key, location);
    }
    return location;
  }

  #function(name: string, file: string): Function {
    const key = `${file}:${name}`;
    let known = this.#functions.get(key);
    if (known === undefined) {
      const index = this.#strings.dedup(name);
      known = new Function({
        id: this.#functions.size + 1,
        name: index,
        systemName: index,
        filename: this.#strings.dedup(file),
      });
      this.#functions.set(key, known);
    }
    return known;
  }

  #label(key: string, value: string): { key: number; str: number } {
    return { key: this.#strings.dedup(key), str: this.#strings.dedup(value) };
  }

  #valueType(type: string, unit: string): ValueType {
    return new ValueType({ type: this.#strings.dedup(type), unit: this.#strings.dedup(unit) });
  }
}
