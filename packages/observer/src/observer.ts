import { dismiss, now, type Observer } from "@holdup/primitives";
import type { Finding } from "@holdup/protocol";
import { allChecks } from "./checks/all-checks.ts";
import { Diagnosis } from "./diagnosis.ts";
import type { EndedSpan } from "./explanation-book.ts";
import type { FindingListener } from "./findings.ts";
import type { FlightRecording } from "./flight-recording.ts";
import type { LoopBlock } from "./loop-block.ts";
import { measure, type Measurement } from "./measurement.ts";
import { settingsOf, type ObserverOptions, type Settings } from "./options.ts";
import { profile, type ProfileKind } from "./pprof.ts";
import { Recorder } from "./recorder.ts";
import { takeLive, takeSnapshot, type LiveSnapshot, type Snapshot } from "./snapshot.ts";
import type { SpanRecord } from "./span-record.ts";
import { StalledWaits, type StalledWait } from "./stalled-waits.ts";

/** What the observer itself had to leave out, since its start. */
export interface Losses {
  /** Spans for which there was no room until their export. Those beyond the rate are not lost, but not kept. */
  readonly spans: number;
  /** Call sites beyond the limit of a primitive; they count to its unknown site. */
  readonly sites: number;
  /** Primitives beyond the limit; they count to one named `(other)`. */
  readonly primitives: number;
}

/** An observer that measures, and tells what it measured as plain records. */
export interface HoldupObserver extends Observer, Disposable {
  /** Who holds, who waits, since when, from where; each primitive's exact totals. */
  snapshot(): Snapshot;
  /** Who holds and who waits for what anyone waits for, at most `limit` of each. Cheap, however many wait. */
  live(limit: number): LiveSnapshot[];
  /** What happened since the call before. For one reader: what it has taken, nobody else gets. */
  collect(): Measurement[];
  /** The spans that ended since the call before. */
  takeSpans(): SpanRecord[];
  /** Tells of a span of the program's own: it may explain what a holder was waiting for while others waited. */
  spanEnded(span: EndedSpan): void;
  /** Tells that the event loop stood still for the last `ms`: whoever waits now did so through nobody's hold. */
  loopStalled(ms: number): void;
  /** Waiting through such times since the call before, by primitive. For one reader. */
  takeStalledWaits(): StalledWait[];
  /** Tells of one turn of the event loop that took so long that it is a finding. */
  loopBlocked(block: LoopBlock): void;
  /**
   * What is wrong, as far as it was seen; up to date one second after the fact (for what garbage collection shows,
   * after a collection).
   */
  readonly findings: readonly Finding[];
  /**
   * What is wrong if nothing goes on any more: finds at once what else has to be seen twice, such as a deadlock. For the
   * end of a test, when everything that could go on has; what is only slow then counts as stuck.
   */
  diagnose(): readonly Finding[];
  /** Has `listener` called for every finding from now on, and again when one is seen again. */
  onFinding(listener: (finding: Finding) => void): Disposable;
  /** Findings that are new or were seen again since the call before. For one reader. */
  takeFindings(): Finding[];
  /**
   * All waiting up to now as a gzipped profile in pprof's format, like Go's: `block` by who waited, `mutex` by who held
   * meanwhile. Its values are how often (`contentions`) and how long in nanoseconds (`delay`); the sums are exact, the split by
   * stack is sampled like every call site. At the root of each stack stands the primitive; labels `primitive` and
   * `type` select one. Waiting while nobody held is only in `block`.
   *
   * Opens with `go tool pprof -http=: mutex.pb.gz`, at speedscope.app, and in Pyroscope (`profilecli upload mutex.pb.gz`,
   * or a POST to `/ingest?format=pprof`).
   *
   * @example
   * ```ts
   * await writeFile("mutex.pb.gz", observer.toPprof("mutex"));
   * ```
   */
  toPprof(kind: ProfileKind): Uint8Array;
  /**
   * The last seconds: who waited, who held, and who handed over to whom. `toPerfetto` makes of it what ui.perfetto.dev
   * opens. Takes some milliseconds for each ten thousand entries.
   */
  record(): FlightRecording;
  readonly losses: Losses;
}

/**
 * Makes an observer; `observe(createObserver())` installs it.
 *
 * Its totals are exact: counts, waits, holds, hand-offs, and the blame of every hold for the waiting
 * of others. Call sites and spans are sampled within budgets.
 *
 * @throws RangeError, TypeError for an option that makes no sense
 *
 * @example
 * ```ts
 * const observer = createObserver();
 * using observing = observe(observer);
 * // ... later
 * for (const { name, blockedMs, byHolder } of observer.snapshot().primitives) report(name, blockedMs, byHolder);
 * ```
 */
export function createObserver(options: ObserverOptions = {}): HoldupObserver {
  return new Measuring(settingsOf(options));
}

class Measuring extends Recorder implements HoldupObserver {
  readonly #diagnosis: Diagnosis;
  readonly #stalledWaits = new StalledWaits();
  readonly #since = now();

  constructor(settings: Settings) {
    const diagnosis = new Diagnosis(
      allChecks(),
      () => {
        this.watchHandles();
        return {
          at: now(),
          instances: this.listed,
          siteOf: this.siteOf,
          stalledSince: (at) => {
            diagnosis.stalls.look(performance.now(), now());
            return diagnosis.stalls.since(at);
          },
        };
      },
      (error) => dismiss(this, error),
    );
    super(settings, diagnosis);
    this.#diagnosis = diagnosis;
  }

  get findings(): readonly Finding[] {
    this.#diagnosis.look();
    return this.#diagnosis.book.list;
  }

  diagnose(): readonly Finding[] {
    this.#diagnosis.look();
    this.#diagnosis.lookAhead();
    return this.#diagnosis.book.list;
  }

  onFinding(listener: FindingListener): Disposable {
    return this.#diagnosis.book.listen(listener);
  }

  takeFindings(): Finding[] {
    this.#diagnosis.look();
    return this.#diagnosis.book.takeChanged();
  }

  loopStalled(ms: number): void {
    const at = now();
    this.#stalledWaits.add(this.listed, ms, at);
    this.#diagnosis.stalls.add(ms, at);
  }

  takeStalledWaits(): StalledWait[] {
    return this.#stalledWaits.take();
  }

  loopBlocked(block: LoopBlock): void {
    this.#diagnosis.blocked(block);
  }

  override removed(): void {
    super.removed();
    this.#diagnosis.stop();
  }

  snapshot(): Snapshot {
    const at = this.flush();
    return takeSnapshot(this.totals.values(), this.listed, at, this.siteOf);
  }

  live(limit: number): LiveSnapshot[] {
    const at = this.flush();
    return takeLive(this.listed, limit, at, this.siteOf);
  }

  collect(): Measurement[] {
    this.flush();
    return Array.from(this.totals.values(), measure);
  }

  takeSpans(): SpanRecord[] {
    this.flush();
    return this.ledger.takeSpans();
  }

  toPprof(kind: ProfileKind): Uint8Array {
    const at = this.flush();
    return profile(kind, {
      at,
      since: this.#since,
      totals: this.totals.values(),
      instances: this.listed,
      framesOf: (capture) => this.framesOf(capture),
    });
  }

  record(): FlightRecording {
    const { findings } = this;
    this.flush();
    const recording = this.flight.record({
      at: now(),
      since: this.#since,
      instances: this.listed,
      siteOf: this.siteOf,
    });
    return { ...recording, findings: findings.filter(({ lastSeen }) => lastSeen >= recording.start) };
  }

  get losses(): Losses {
    let sites = 0;
    for (const totals of this.totals.values()) sites += totals.sitesDropped;
    return { spans: this.ledger.spansDropped, sites, primitives: this.primitivesDropped };
  }

  [Symbol.dispose](): void {
    this.flush();
  }
}
