/**
 * How spans were written so far: programs write the fields of their spans in one order, and most fields say what they
 * said before. A span is a way through them, step by step: at each place the field that came there last is expected,
 * and where it comes again it is known by its bytes and not read.
 *
 * What is known has a bound, beyond which all of it is forgotten: fields that are chosen to be new make it as slow as
 * if nothing were known and never slower.
 */

import { SpanAttributesDraft } from "./span-attributes.ts";
import { SpanFacts } from "./span-facts.ts";
import type { Value } from "./telemetry.ts";

/** A field: what is known of its bytes, and what is to be done with the rest of them. */
export interface Field {
  /** So many bytes of it, from the first, are the same each time. */
  readonly knownBytes: number;
  readonly sizeBytes: number;
  /** What is to be done with the other bytes: `passOver`, or one of those in `decode-span.ts`. */
  readonly act: number;
  /** For an act on a figure its column. */
  readonly column: number;
  /** What it says, if all of its bytes are known. */
  readonly fact: Fact | undefined;
  /** Whether it is an attribute. */
  readonly isAttribute: boolean;
}

/** A name, or an attribute by its number. */
export type Fact =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "attribute"; readonly number: number; readonly value: Value };

/** Nothing is to be done: the field says what it said before, or what nobody reads. */
export const passOver = 0;

/** No step. */
export const noStep = 0;

/** So many steps of a place are tried one after the other; more are found by all their bytes, if these are known. */
const fewSteps = 8;
/** Steps that one place may have by their first bytes alone: one a length. */
const maxSteps = 64;
/** Longer fields are not known. */
const maxKnownBytes = 256;

// A place is some numbers, and so is a step: those that follow each other lie side by side in memory.
const placeGuess = 0;
const placeBy = 1;
const placeNumber = 2;
const placeSize = 3;
const stepKnownBytes = 0;
const stepSizeBytes = 1;
const stepAct = 2;
const stepColumn = 3;
const stepFrom = 4;
const stepTo = 5;
const stepWords = 6;

/** The steps that were taken from a place. */
interface Steps {
  readonly few: number[];
  /** Those of which all bytes are known, by these, if there are many. */
  readonly known: Map<number, number>;
}

export class SpanRoutes {
  readonly #maxPlaces: number;
  #records = new Int32Array(1 << 14);
  // The first number is of nothing: no step has it.
  #used = 1;
  #places = 0;
  #beginning: number;
  readonly #fields = new Map<number, Field>();
  readonly #steps = new Map<number, Steps>();
  // By the number of their place.
  #facts: (SpanFacts | undefined)[] = [];

  /** @param maxPlaces of all spans together; some two hundred bytes each */
  constructor(maxPlaces = 50_000) {
    this.#maxPlaces = maxPlaces;
    this.#beginning = this.#place(noStep);
  }

  /** Where every span begins. */
  begin(): number {
    if (this.#places < this.#maxPlaces) return this.#beginning;
    this.#used = 1;
    this.#places = 0;
    this.#fields.clear();
    this.#steps.clear();
    this.#facts = [];
    return (this.#beginning = this.#place(noStep));
  }

  /** The step that was taken last from a place, if its field comes here. */
  guess(place: number, view: DataView, start: number, end: number): number {
    const step = this.#records[place + placeGuess] as number;
    return step !== noStep && start + this.sizeBytes(step) <= end && this.#isAt(step, view, start)
      ? step
      : noStep;
  }

  /** The step that was taken once from a place with the field between two offsets. */
  find(place: number, view: DataView, start: number, end: number): number {
    const steps = this.#steps.get(place);
    if (steps === undefined) return noStep;
    const fits = (step: number): boolean =>
      start + this.sizeBytes(step) === end && this.#isAt(step, view, start);
    const known = steps.known.size === 0 ? undefined : steps.known.get(hashOf(view, start, end));
    const step = steps.few.find(fits) ?? (known !== undefined && fits(known) ? known : noStep);
    if (step !== noStep) this.#records[place + placeGuess] = step;
    return step;
  }

  /** A new step with that field; none if there is no room for it. */
  learn(place: number, view: DataView, start: number, field: Field): number {
    let steps = this.#steps.get(place);
    if (steps === undefined) this.#steps.set(place, (steps = { few: [], known: new Map() }));
    const { few, known } = steps;
    const { sizeBytes } = field;
    const isWhole = field.knownBytes === sizeBytes || (field.act === passOver && few.length === maxSteps);
    const knownBytes = isWhole ? sizeBytes : field.knownBytes;
    const isFull = few.length >= (isWhole ? fewSteps : maxSteps);
    const isTooMuch = this.#places >= this.#maxPlaces || knownBytes > maxKnownBytes;
    if (isTooMuch || (isFull && !isWhole)) return noStep;
    const step = this.#step(place, view, start, { ...field, knownBytes });
    if (isFull) known.set(hashOf(view, start, start + sizeBytes), step);
    else few.push(step);
    return (this.#records[place + placeGuess] = step);
  }

  knownBytes(step: number): number {
    return this.#records[step + stepKnownBytes] as number;
  }

  sizeBytes(step: number): number {
    return this.#records[step + stepSizeBytes] as number;
  }

  act(step: number): number {
    return this.#records[step + stepAct] as number;
  }

  column(step: number): number {
    return this.#records[step + stepColumn] as number;
  }

  /** The place behind it. */
  to(step: number): number {
    return this.#records[step + stepTo] as number;
  }

  /** The facts of a span that ends at a place. */
  facts(place: number): SpanFacts {
    const number = this.#records[place + placeNumber] as number;
    return (this.#facts[number] ??= this.#told(place));
  }

  #isAt(step: number, view: DataView, start: number): boolean {
    const records = this.#records;
    const sizeBytes = records[step + stepKnownBytes] as number;
    const last = start + sizeBytes - 4;
    let word = step + stepWords;
    if (last < start) return records[word] === shortWord(view, start, sizeBytes);
    for (let at = start; at < last; at += 4) if (records[word++] !== view.getInt32(at, true)) return false;
    // It overlaps the one before it, so that none reaches past the end.
    return records[word] === view.getInt32(last, true);
  }

  #step(from: number, view: DataView, start: number, field: Field): number {
    const { knownBytes, sizeBytes, act, column } = field;
    const words = Math.ceil(knownBytes / 4);
    const step = this.#room(stepWords + words + placeSize);
    this.#used = step + stepWords + words;
    const to = this.#place(step);
    this.#records.set([knownBytes, sizeBytes, act, column, from, to], step);
    for (let word = 0; word < words; word++) {
      const at = Math.min(start + 4 * word, start + knownBytes - 4);
      this.#records[step + stepWords + word] =
        at < start ? shortWord(view, start, knownBytes) : view.getInt32(at, true);
    }
    this.#fields.set(step, field);
    return step;
  }

  #place(by: number): number {
    const place = this.#room(placeSize);
    this.#used = place + placeSize;
    this.#records[place + placeGuess] = noStep;
    this.#records[place + placeBy] = by;
    this.#records[place + placeNumber] = this.#places++;
    return place;
  }

  #room(size: number): number {
    if (this.#used + size > this.#records.length) {
      const larger = new Int32Array(2 * this.#records.length);
      larger.set(this.#records);
      this.#records = larger;
    }
    return this.#used;
  }

  #told(place: number): SpanFacts {
    const attributes = new SpanAttributesDraft();
    let name = "";
    for (const { fact, isAttribute } of this.#fieldsTo(place)) {
      if (isAttribute) attributes.count++;
      if (fact?.kind === "name") name = fact.name;
      else if (fact !== undefined) attributes.set(fact.number, fact.value);
    }
    return new SpanFacts(name, attributes);
  }

  #fieldsTo(end: number): Field[] {
    const fields: Field[] = [];
    for (let place = end; ;) {
      const step = this.#records[place + placeBy] as number;
      const field = this.#fields.get(step);
      if (field === undefined) return fields.toReversed();
      fields.push(field);
      place = this.#records[step + stepFrom] as number;
    }
  }
}

// Of less than four bytes.
function shortWord(view: DataView, start: number, sizeBytes: number): number {
  let word = 0;
  for (let at = start; at < start + sizeBytes; at++) word = (word << 8) | view.getUint8(at);
  return word;
}

// Nobody outside can tell what collides.
const seed = Math.floor(Math.random() * 2 ** 32) | 0;

// Of at least two bytes.
function hashOf(view: DataView, start: number, end: number): number {
  let hash = seed ^ (end - start);
  let at = start;
  for (; at + 4 <= end; at += 4) hash = mix(hash, view.getInt32(at, true));
  return end - at === 0 ? hash : mix(hash, shortWord(view, at, end - at));
}

function mix(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ word, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}
