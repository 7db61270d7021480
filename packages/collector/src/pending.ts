/**
 * How much of requests is in memory: what has arrived and is not yet kept, all together, within a bound. Whoever
 * sends slowly makes room for whoever sends now.
 */

/** There is no room; the request is to be sent again. */
export class OverloadError extends Error {
  override readonly name: string = "OverloadError";
  readonly code: string = "ERR_OVERLOAD";

  constructor(message = "The collector has too much in hand; try again.") {
    super(message);
  }
}

export interface PendingOptions {
  readonly maxBytes: number;
  /** Unix ms of now. */
  readonly now: () => number;
  /** How long a request may arrive before it makes room for others, in milliseconds. @default 1_000 */
  readonly patienceMs?: number | undefined;
}

export class Pending {
  readonly maxBytes: number;
  readonly #now: () => number;
  readonly #patienceMs: number;
  // In the order of arrival.
  readonly #claims = new Set<Claim>();
  bytes = 0;

  constructor({ maxBytes, now, patienceMs = 1_000 }: PendingOptions) {
    this.maxBytes = maxBytes;
    this.#now = now;
    this.#patienceMs = patienceMs;
  }

  /** How many requests are in hand. */
  get requests(): number {
    return this.#claims.size;
  }

  /** A request begins to arrive. `using` gives back what it took. */
  claim(): Claim {
    const claim = new Claim(this.#now(), this);
    this.#claims.add(claim);
    return claim;
  }

  /** For claims: so many bytes more, if there is room or others make some. */
  take(claim: Claim, sizeBytes: number): void {
    while (this.bytes + sizeBytes > this.maxBytes) this.#slowest(claim).yield();
    this.bytes += sizeBytes;
  }

  /** For claims: what one took is free again. */
  free(claim: Claim): void {
    if (this.#claims.delete(claim)) this.bytes -= claim.bytes;
  }

  #slowest(asking: Claim): Claim {
    const latest = this.#now() - this.#patienceMs;
    for (const claim of this.#claims) {
      if (claim.since > latest) break;
      if (claim !== asking && claim.yields && claim.bytes > 0) return claim;
    }
    throw new OverloadError();
  }
}

/** What one request has taken. */
export class Claim implements Disposable {
  readonly since: number;
  readonly #pending: Pending;
  bytes = 0;
  /** Set while the request arrives: ends that. Whoever has arrived whole is not asked to make room. */
  onYield: ((error: OverloadError) => void) | undefined;

  constructor(since: number, pending: Pending) {
    this.since = since;
    this.#pending = pending;
  }

  get yields(): boolean {
    return this.onYield !== undefined;
  }

  /** @throws OverloadError */
  take(sizeBytes: number): void {
    this.#pending.take(this, sizeBytes);
    this.bytes += sizeBytes;
  }

  /** Ends the request for want of room. */
  yield(): void {
    this.#pending.free(this);
    this.onYield?.(new OverloadError());
  }

  [Symbol.dispose](): void {
    this.#pending.free(this);
  }
}
