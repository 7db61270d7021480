import { createObserver, type ObserverOptions, type Snapshot, type SpanRecord } from "@holdup/observer";
import { observe } from "@holdup/primitives";

/** What was recorded, as far as it has ended. */
export interface RecordedSpans extends Disposable {
  /** All spans so far, in the order of their end. */
  readonly spans: readonly SpanRecord[];
  /** Those called `wait NAME`. */
  waits(name: string): SpanRecord[];
  /** Those called `hold NAME`; only holds that someone waited for have one, unless `spans: "all"`. */
  holds(name: string): SpanRecord[];
  /** Totals, and who holds and waits now. */
  snapshot(): Snapshot;
}

/**
 * Observes from here on, without a limit on spans, until disposed.
 *
 * @throws InvalidStateError if another observer is installed
 *
 * @example
 * ```ts
 * using recorded = recordSpans();
 * await checkout();
 * expect(recorded.waits("inventory")).toHaveLength(1);
 * ```
 */
export function recordSpans(options: ObserverOptions = {}): RecordedSpans {
  const unlimited = { spansPerSecond: Number.POSITIVE_INFINITY, maxSpans: Number.POSITIVE_INFINITY };
  const observer = createObserver({ ...unlimited, sitesPerSecond: Number.POSITIVE_INFINITY, ...options });
  const observing = observe(observer);
  const spans: SpanRecord[] = [];
  const collect = () => {
    spans.push(...observer.takeSpans());
    return spans;
  };
  return {
    get spans() {
      return collect();
    },
    waits: (name) => collect().filter((span) => span.name === `wait ${name}`),
    holds: (name) => collect().filter((span) => span.name === `hold ${name}`),
    snapshot: () => observer.snapshot(),
    [Symbol.dispose]: () => observing[Symbol.dispose](),
  };
}
