/**
 * Spans in columns, one place each: hundreds come in a request, and of most nothing is asked but to be written down.
 * Their ids stay the bytes that they were on the wire; whoever wants one as an object has it made.
 */

import { keepShape } from "./shape.ts";
import { SpanFacts } from "./span-facts.ts";
import type { Span, SpanLink } from "./telemetry.ts";

/** The figures of a span by their column: its times in Unix ms, and those of its attributes. */
export const figure = { start: 0, end: 1, blocked: 2, handoff: 3, permits: 4, probability: 5 } as const;
const figures = 6;

/** Where the ids of a span stand within its bytes, and where the next span's begin. */
export const idPlace = { traceId: 0, spanId: 16, parentSpanId: 24, size: 32 } as const;
/** The same of a link. */
export const linkPlace = { traceId: 0, spanId: 16, size: 24 } as const;

/** Which ids there are. */
const given = { traceId: 1, spanId: 2, parentSpanId: 4 } as const;

const fewestPlaces = 16;

export class SpanColumns implements Iterable<Span> {
  length = 0;
  /** All ids, those of a span from its place times `idPlace.size` on; zeros where it has none. */
  ids: Buffer = Buffer.alloc(0);
  /** The same in words of four bytes. */
  idWords: Int32Array = new Int32Array(0);
  /** The ids of all links, those of a link from its place times `linkPlace.size` on. */
  linkIds: Buffer = Buffer.alloc(0);
  #ids = viewOf(this.ids);
  #linkIds = viewOf(this.linkIds);
  #figures = new Float64Array(0);
  #given = new Uint8Array(0);
  // Where the links of a span end; they begin where those of the span before end.
  #linkEnds = new Uint32Array(0);
  #linksGiven = new Uint8Array(0);
  readonly #linkTypes: string[] = [];
  readonly #facts: SpanFacts[] = [];
  readonly #tasks: string[] = [];
  // Of the span that is being written.
  #links = 0;

  /** @param places so many are expected, at a guess */
  constructor(places: number = fewestPlaces) {
    const room = Math.max(fewestPlaces, Math.ceil(places));
    this.#grow(room);
    this.#growLinks(room);
  }

  /** Begins a span at the next place. It is there once it is closed; until then it may be begun anew. */
  open(): void {
    const place = this.length;
    if (place === this.#given.length) this.#grow(2 * place);
    const at = place * figures;
    const all = this.#figures;
    for (let column = 0; column < figures; column++) all[at + column] = 0;
    all[at + figure.blocked] = Number.NaN;
    this.#given[place] = 0;
    this.#links = this.firstLink(place);
  }

  /** Sixteen bytes. */
  setTraceId(bytes: DataView, at: number): void {
    const to = this.length * idPlace.size + idPlace.traceId;
    copyWords(bytes, at, this.#ids, to, 4);
    this.#given[this.length] = (this.#given[this.length] as number) | given.traceId;
  }

  /** Eight bytes. */
  setSpanId(bytes: DataView, at: number): void {
    copyWords(bytes, at, this.#ids, this.length * idPlace.size + idPlace.spanId, 2);
    this.#given[this.length] = (this.#given[this.length] as number) | given.spanId;
  }

  /** Eight bytes. */
  setParentSpanId(bytes: DataView, at: number): void {
    copyWords(bytes, at, this.#ids, this.length * idPlace.size + idPlace.parentSpanId, 2);
    this.#given[this.length] = (this.#given[this.length] as number) | given.parentSpanId;
  }

  setFigure(column: number, value: number): void {
    this.#figures[this.length * figures + column] = value;
  }

  /** Adds a link; an id that is nowhere is absent. */
  addLink(bytes: DataView, traceIdAt: number, spanIdAt: number, type: string): void {
    if (this.#links === this.#linksGiven.length) this.#growLinks(2 * this.#links);
    const to = this.#links * linkPlace.size;
    this.#linksGiven[this.#links] = (traceIdAt < 0 ? 0 : given.traceId) | (spanIdAt < 0 ? 0 : given.spanId);
    if (traceIdAt >= 0) copyWords(bytes, traceIdAt, this.#linkIds, to + linkPlace.traceId, 4);
    if (spanIdAt >= 0) copyWords(bytes, spanIdAt, this.#linkIds, to + linkPlace.spanId, 2);
    this.#linkTypes[this.#links++] = type;
  }

  /** The span that was begun is there. */
  close(facts: SpanFacts, task: string): void {
    const place = this.length++;
    const there = this.#given[place] as number;
    if (there !== (given.traceId | given.spanId | given.parentSpanId)) this.#blank(place, there);
    this.#linkEnds[place] = this.#links;
    this.#facts[place] = facts;
    this.#tasks[place] = task;
  }

  /** Adds a span that was read otherwise. */
  add({ traceId, spanId, parentSpanId, name, startTime, endTime, attributes, links }: Span): void {
    this.open();
    const ids = viewOf(Buffer.from(traceId + spanId + parentSpanId, "hex"));
    if (traceId !== "") this.setTraceId(ids, 0);
    if (spanId !== "") this.setSpanId(ids, traceId.length / 2);
    if (parentSpanId !== "") this.setParentSpanId(ids, (traceId.length + spanId.length) / 2);
    this.setFigure(figure.start, startTime);
    this.setFigure(figure.end, endTime);
    this.setFigure(figure.blocked, attributes.blocked ?? Number.NaN);
    this.setFigure(figure.handoff, attributes.handoff);
    this.setFigure(figure.permits, attributes.permitsRequested);
    this.setFigure(figure.probability, attributes.samplingProbability);
    for (const link of links) {
      const bytes = viewOf(Buffer.from(link.traceId + link.spanId, "hex"));
      const spanIdAt = link.spanId === "" ? -1 : link.traceId.length / 2;
      this.addLink(bytes, link.traceId === "" ? -1 : 0, spanIdAt, link.type);
    }
    this.close(new SpanFacts(name, attributes), attributes.task);
  }

  facts(place: number): SpanFacts {
    return this.#facts[place] as SpanFacts;
  }

  /** The name of the task, or its id; "" if there is neither. */
  task(place: number): string {
    return this.#tasks[place] as string;
  }

  /** The figure of a column; NaN for a time blocked that the span does not say. */
  figure(place: number, column: number): number {
    return this.#figures[place * figures + column] as number;
  }

  /** Whether it says a parent. */
  hasParent(place: number): boolean {
    return ((this.#given[place] as number) & given.parentSpanId) > 0;
  }

  /** Whether it has a trace id and a span id that are not all zeros. */
  isIdentified(place: number): boolean {
    const at = place * idPlace.size;
    return !this.#isZero(at, at + 16) && !this.#isZero(at + 16, at + 24);
  }

  /** The place of its first link. */
  firstLink(place: number): number {
    return place === 0 ? 0 : (this.#linkEnds[place - 1] as number);
  }

  linkCount(place: number): number {
    return (this.#linkEnds[place] as number) - this.firstLink(place);
  }

  linkType(link: number): string {
    return this.#linkTypes[link] as string;
  }

  /** How long the ids of a link are: none if it has none. */
  linkIdBytes(link: number, which: "traceId" | "spanId"): number {
    if (((this.#linksGiven[link] as number) & given[which]) === 0) return 0;
    return which === "traceId" ? 16 : 8;
  }

  /** Whether a link leads to a span of the same trace. */
  staysInTrace(link: number, place: number): boolean {
    if (this.linkIdBytes(link, "traceId") === 0) return false;
    const from = place * idPlace.size + idPlace.traceId;
    const to = link * linkPlace.size + linkPlace.traceId;
    for (let i = 0; i < 16; i += 4) {
      if (this.#ids.getInt32(from + i) !== this.#linkIds.getInt32(to + i)) return false;
    }
    return true;
  }

  /** The span at a place as an object. */
  at(place: number): Span {
    const facts = this.facts(place);
    const blocked = this.figure(place, figure.blocked);
    const firstLink = this.firstLink(place);
    return {
      traceId: this.#id(place, idPlace.traceId, 16, given.traceId),
      spanId: this.#id(place, idPlace.spanId, 8, given.spanId),
      parentSpanId: this.#id(place, idPlace.parentSpanId, 8, given.parentSpanId),
      name: facts.name,
      startTime: this.figure(place, figure.start),
      endTime: this.figure(place, figure.end),
      attributes: {
        ...facts.attributes,
        task: this.task(place),
        blocked: Number.isNaN(blocked) ? undefined : blocked,
        handoff: this.figure(place, figure.handoff),
        permitsRequested: this.figure(place, figure.permits),
        samplingProbability: this.figure(place, figure.probability),
      },
      links: Array.from({ length: this.linkCount(place) }, (_, i) => this.#link(firstLink + i)),
    };
  }

  *[Symbol.iterator](): Generator<Span> {
    for (let place = 0; place < this.length; place++) yield this.at(place);
  }

  #isZero(start: number, end: number): boolean {
    for (let at = start; at < end; at += 4) if (this.#ids.getInt32(at) !== 0) return false;
    return true;
  }

  #id(place: number, which: number, sizeBytes: number, flag: number): string {
    if (((this.#given[place] as number) & flag) === 0) return "";
    const at = place * idPlace.size + which;
    return this.ids.toString("hex", at, at + sizeBytes);
  }

  #link(link: number): SpanLink {
    const at = link * linkPlace.size;
    const flags = this.#linksGiven[link] as number;
    return {
      traceId: (flags & given.traceId) > 0 ? this.linkIds.toString("hex", at, at + 16) : "",
      spanId: (flags & given.spanId) > 0 ? this.linkIds.toString("hex", at + 16, at + 24) : "",
      type: this.linkType(link),
    };
  }

  #blank(place: number, there: number): void {
    const at = place * idPlace.size;
    if ((there & given.traceId) === 0) this.ids.fill(0, at, at + 16);
    if ((there & given.spanId) === 0) this.ids.fill(0, at + 16, at + 24);
    if ((there & given.parentSpanId) === 0) this.ids.fill(0, at + 24, at + 32);
  }

  #grow(places: number): void {
    this.ids = grown(this.ids, places * idPlace.size);
    this.idWords = new Int32Array(this.ids.buffer);
    this.#ids = viewOf(this.ids);
    this.#figures = copied(this.#figures, new Float64Array(places * figures));
    this.#given = copied(this.#given, new Uint8Array(places));
    this.#linkEnds = copied(this.#linkEnds, new Uint32Array(places));
  }

  #growLinks(places: number): void {
    this.linkIds = grown(this.linkIds, places * linkPlace.size);
    this.#linkIds = viewOf(this.linkIds);
    this.#linksGiven = copied(this.#linksGiven, new Uint8Array(places));
  }
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function grown(bytes: Buffer, sizeBytes: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(sizeBytes);
  larger.set(bytes);
  return larger;
}

function copied<Column extends Float64Array | Uint32Array | Uint8Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}

function copyWords(from: DataView, at: number, to: DataView, start: number, words: number): void {
  for (let i = 0; i < 4 * words; i += 4) to.setInt32(start + i, from.getInt32(at + i));
}

keepShape(new SpanColumns());
