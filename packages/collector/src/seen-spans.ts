/**
 * Which spans came lately, by service. A client that makes new batches of what it sends again sends the same spans in
 * another body: they are known by their ids and counted once.
 */

import type { SpanColumns } from "./span-columns.ts";
import { SpanIdTable } from "./span-id-table.ts";

export interface SeenSpansOptions {
  /** How many spans of all services are known; each of those heard of has an equal share. @default 200_000 */
  readonly maxSpans?: number | undefined;
  /** How many services are told apart; the one not heard of for longest is forgotten first. @default 200 */
  readonly maxServices?: number | undefined;
}

/** The spans of one service, by their ids, in two generations, the older of which goes as a whole. */
interface Known {
  readonly service: string;
  young: SpanIdTable<SpanArrival>;
  old: SpanIdTable<SpanArrival>;
}

export class SeenSpans {
  readonly #maxSpans: number;
  readonly #maxServices: number;
  // In the order of last use.
  readonly #services = new Map<string, Known>();
  // The last one used: spans of one service come together.
  #last: Known | undefined;

  constructor({ maxSpans = 200_000, maxServices = 200 }: SeenSpansOptions = {}) {
    this.#maxSpans = maxSpans;
    this.#maxServices = maxServices;
  }

  /** A request with spans has arrived; it is to be told whether it was kept. */
  arrive(): SpanArrival {
    return new SpanArrival(this);
  }

  /** For arrivals: the one with which the span came before; undefined if it is new. */
  firstOf(service: string, spans: SpanColumns, place: number, arrival: SpanArrival): SpanArrival | undefined {
    const known = this.#of(service);
    const first = known.young.get(spans, place) ?? known.old.get(spans, place);
    if (first !== undefined) return first;
    const share = this.#maxSpans / 2 / this.#services.size;
    if (known.young.size >= share) {
      known.old = known.young;
      known.young = new SpanIdTable(share);
    }
    known.young.set(spans, place, arrival);
    return undefined;
  }

  /** For arrivals: the span did not come after all. */
  forget(service: string, spans: SpanColumns, place: number): void {
    const known = this.#services.get(service);
    known?.young.delete(spans, place);
    known?.old.delete(spans, place);
  }

  #of(service: string): Known {
    if (this.#last?.service === service) return this.#last;
    const known = this.#services.get(service) ?? {
      service,
      young: new SpanIdTable(),
      old: new SpanIdTable(),
    };
    this.#last = known;
    this.#services.delete(service);
    this.#services.set(service, known);
    const [oldest] = this.#services.keys();
    if (this.#services.size > this.#maxServices && oldest !== undefined) this.#services.delete(oldest);
    return known;
  }
}

/** Spans of one service that came together. */
interface NewSpans {
  readonly service: string;
  readonly spans: SpanColumns;
  readonly places: number[];
}

/** The spans of one request. */
export class SpanArrival {
  readonly #seen: SeenSpans;
  // Those that are new; nothing once it is known whether they are kept.
  #new: NewSpans[] | undefined = [];
  #settle: () => void = () => {};
  readonly #settled = new Promise<void>((resolve) => (this.#settle = resolve));
  // Those on their way that have spans of this one.
  readonly #earlier = new Set<SpanArrival>();
  /** How many of its spans came before. */
  repeated = 0;

  constructor(seen: SeenSpans) {
    this.#seen = seen;
  }

  /** Whether the span came neither before nor in this request. */
  isNew(service: string, spans: SpanColumns, place: number): boolean {
    const first = this.#seen.firstOf(service, spans, place, this);
    if (first === undefined) this.#note(service, spans, place);
    else if (first !== this) {
      this.repeated++;
      if (first.#new !== undefined) this.#earlier.add(first);
    }
    return first === undefined;
  }

  /** Set if it is not known yet whether all that came before is kept: resolves when it is. */
  get doubt(): Promise<unknown> | undefined {
    if (this.#earlier.size === 0) return undefined;
    return Promise.all([...this.#earlier].map((earlier) => earlier.#settled));
  }

  /** Its spans are kept. */
  keep(): void {
    this.#new = undefined;
    this.#settle();
  }

  /** They are not: who sends them again is the first. */
  forget(): void {
    for (const { service, spans, places } of this.#new ?? []) {
      for (const place of places) this.#seen.forget(service, spans, place);
    }
    this.keep();
  }

  #note(service: string, spans: SpanColumns, place: number): void {
    let last = this.#new?.at(-1);
    if (last?.spans !== spans || last.service !== service) {
      last = { service, spans, places: [] };
      this.#new?.push(last);
    }
    last.places.push(place);
  }
}
