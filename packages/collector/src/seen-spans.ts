/**
 * Which spans came lately, by service. A client that makes new batches of what it sends again sends the same spans in
 * another body: they are known by their ids and counted once.
 */

import type { Span } from "./telemetry.ts";

export interface SeenSpansOptions {
  /** How many spans of all services are known; each of those heard of has an equal share. @default 200_000 */
  readonly maxSpans?: number | undefined;
  /** How many services are told apart; the one not heard of for longest is forgotten first. @default 200 */
  readonly maxServices?: number | undefined;
}

type SpanIds = Pick<Span, "traceId" | "spanId">;

/** The spans of one service, by their ids, in two generations, the older of which goes as a whole. */
interface Known {
  readonly service: string;
  young: Map<string, SpanArrival>;
  old: Map<string, SpanArrival>;
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

  /** For arrivals: the one with which the span came first, which may be this one. */
  firstOf(service: string, id: string, arrival: SpanArrival): SpanArrival {
    const known = this.#of(service);
    const first = known.young.get(id) ?? known.old.get(id);
    if (first !== undefined) return first;
    if (known.young.size >= this.#maxSpans / 2 / this.#services.size) {
      known.old = known.young;
      known.young = new Map();
    }
    known.young.set(id, arrival);
    return arrival;
  }

  /** For arrivals: the span did not come after all. */
  forget(service: string, id: string): void {
    const known = this.#services.get(service);
    known?.young.delete(id);
    known?.old.delete(id);
  }

  #of(service: string): Known {
    if (this.#last?.service === service) return this.#last;
    const known = this.#services.get(service) ?? { service, young: new Map(), old: new Map() };
    this.#last = known;
    this.#services.delete(service);
    this.#services.set(service, known);
    const [oldest] = this.#services.keys();
    if (this.#services.size > this.#maxServices && oldest !== undefined) this.#services.delete(oldest);
    return known;
  }
}

/** The spans of one request. */
export class SpanArrival {
  readonly #seen: SeenSpans;
  // Those that are new, by service; nothing once it is known whether they are kept.
  #ids: Map<string, Set<string>> | undefined = new Map();
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
  isNew(service: string, { traceId, spanId }: SpanIds): boolean {
    const id = traceId + spanId;
    let ids = this.#ids?.get(service);
    if (ids?.has(id) === true) return false;
    const first = this.#seen.firstOf(service, id, this);
    if (first !== this) {
      this.repeated++;
      if (first.#ids !== undefined) this.#earlier.add(first);
      return false;
    }
    if (ids === undefined) this.#ids?.set(service, (ids = new Set()));
    ids?.add(id);
    return true;
  }

  /** Set if it is not known yet whether all that came before is kept: resolves when it is. */
  get doubt(): Promise<unknown> | undefined {
    if (this.#earlier.size === 0) return undefined;
    return Promise.all([...this.#earlier].map((earlier) => earlier.#settled));
  }

  /** Its spans are kept. */
  keep(): void {
    this.#ids = undefined;
    this.#settle();
  }

  /** They are not: who sends them again is the first. */
  forget(): void {
    for (const [service, ids] of this.#ids ?? []) {
      for (const id of ids) this.#seen.forget(service, id);
    }
    this.keep();
  }
}
