/**
 * Figures reckoned from sampled spans, for programs that send no metrics: a span that was kept with a chance of
 * one in ten stands for ten. What a wait was blocked for is shared equally among the holds that it links to. A hold
 * may well end after the wait, so its share is charged to `(not sampled)` until its own span tells its site.
 */

import { notSampled, type KeptWait, type Site } from "@holdup/protocol";
import { EstimateSums } from "./estimate-sums.ts";
import { keptWait } from "./kept-wait.ts";
import { orUnnamed } from "./primitive-name.ts";
import type { Program } from "./program.ts";
import { Recent } from "./recent.ts";
import type { Rollup, Series } from "./rollup.ts";
import { holderSiteOfSpan, siteOfSpan } from "./site.ts";
import type { SpanColumns } from "./span-columns.ts";
import type { SpanFacts } from "./span-facts.ts";
import type { Span } from "./telemetry.ts";

export interface EstimatorOptions {
  /** How many holds are remembered, and how many charges wait for theirs; the oldest go first. @default 40_000 */
  readonly maxHolds?: number | undefined;
  /** How many primitives with metrics of their own are remembered. @default 20_000 */
  readonly maxMetered?: number | undefined;
}

/** Spans of one program. */
export interface ProgramSpans {
  readonly program: Program;
  readonly spans: SpanColumns;
  /** Where in the columns they are. */
  readonly places: readonly number[];
}

/** What the spans of one request stand for, and what is to be remembered of them once that is kept. */
export interface Estimate {
  readonly rollups: Rollup[];
  readonly holds: Map<string, Site>;
  readonly charges: Map<string, Charge[]>;
}

/** Blame that is to be moved to the hold's site once that is known. */
interface Charge {
  readonly series: Series;
  readonly time: number;
  readonly seconds: number;
}

const unknownHolder: Site = { functionName: notSampled, filePath: notSampled, lineNumber: 0 };

/** One span stands for at most so many: a chance of almost nothing would outweigh all that was measured. */
const maxWeight = 1_000_000;

export class Estimator {
  readonly #metered: Recent<true>;
  // By span.
  readonly #holds: Recent<Site>;
  readonly #charges: Recent<Charge[]>;

  constructor({ maxHolds = 40_000, maxMetered = 20_000 }: EstimatorOptions = {}) {
    this.#metered = new Recent(maxMetered);
    this.#holds = new Recent(maxHolds);
    this.#charges = new Recent(maxHolds);
  }

  /** Takes in measured figures: whose waits are measured needs no estimate. */
  measured(rollups: readonly Rollup[]): void {
    for (const { series, measure } of rollups) {
      if (measure.kind === "wait") this.#metered.set(primitiveKey(series), true);
    }
  }

  /** What the spans, each of a primitive and new, stand for. Nothing is remembered of them before `keep`. */
  estimate(groups: readonly ProgramSpans[]): Estimate {
    const sums = new EstimateSums();
    const estimate: Estimate = { rollups: [], holds: new Map(), charges: new Map() };
    const ours = groups.map(({ program, spans, places }) => ({
      program,
      spans: this.#unmetered(program, spans, places).map((place) => spans.at(place)),
    }));
    // Holds first: most waits are blocked by those of the same request.
    for (const { program, spans } of ours)
      for (const span of spans) this.#hold(estimate, sums, program, span);
    for (const { program, spans } of ours)
      for (const span of spans) this.#wait(estimate, sums, program, span);
    return { ...estimate, rollups: sums.rollups() };
  }

  /** The rollups of the estimate are kept: what later spans need to know of these is remembered. */
  keep({ holds, charges }: Estimate): void {
    for (const [id, site] of holds) {
      this.#holds.set(id, site);
      this.#charges.delete(id);
    }
    for (const [id, added] of charges) {
      charge(this.#charges, id, added);
    }
  }

  // Asked once of what many spans say alike.
  #unmetered({ service }: Program, spans: SpanColumns, places: readonly number[]): number[] {
    const answers = new Map<SpanFacts, boolean>();
    return places.filter((place) => {
      const facts = spans.facts(place);
      let isMetered = answers.get(facts);
      if (isMetered === undefined) {
        isMetered = this.#metered.has(primitiveKey({ service, ...facts.primitive }));
        answers.set(facts, isMetered);
      }
      return !isMetered;
    });
  }

  #hold({ holds }: Estimate, sums: EstimateSums, { service }: Program, span: Span): void {
    if (!span.name.startsWith("hold ")) return;
    const holderSite = siteOfSpan(span.attributes) ?? unknownHolder;
    const id = spanKey(span);
    holds.set(id, holderSite);
    const seconds = Math.max(0, span.endTime - span.startTime) / 1000;
    const weight = weightOf(span.attributes.samplingProbability);
    sums.took("hold", seriesOf(service, span, { holderSite }), span.endTime, seconds, weight);
    for (const { series, time, seconds: charged } of this.#charges.get(id) ?? []) {
      sums.blame({ ...series, holderSite: unknownHolder }, time, -charged);
      sums.blame({ ...series, holderSite }, time, charged);
    }
  }

  #wait(estimate: Estimate, sums: EstimateSums, program: Program, span: Span): void {
    const wait = keptWait(program, span);
    if (wait === undefined) return;
    const { operation, outcome, contended, waiterSite, end, waitSeconds, handoffSeconds } = wait;
    const weight = weightOf(wait.samplingProbability);
    const series = seriesOf(program.service, span, { operation, outcome, waiterSite });
    sums.took("wait", series, end, contended ? waitSeconds : 0, weight);
    if (handoffSeconds > 0) sums.took("handoff", series, end, handoffSeconds, weight);
    if (!contended) return;
    sums.contended(series, end, weight);
    this.#blame(estimate, sums, wait, span, wait.blockedSeconds * weight);
  }

  #blame(
    { holds, charges }: Estimate,
    sums: EstimateSums,
    { service, waiterSite, end: time, holders }: KeptWait,
    span: Span,
    blocked: number,
  ): void {
    if (!(blocked > 0)) return;
    const series = seriesOf(service, span, { waiterSite });
    const seconds = blocked / Math.max(1, holders.length);
    if (holders.length === 0) {
      sums.blame({ ...series, holderSite: holderSiteOfSpan(span.attributes) }, time, seconds);
    }
    for (const holder of holders) {
      const id = spanKey(holder);
      const known = holds.get(id) ?? this.#holds.get(id);
      if (known === undefined) charge(charges, id, [{ series, time, seconds }]);
      sums.blame({ ...series, holderSite: known ?? unknownHolder }, time, seconds);
    }
  }
}

/** One hold is charged with so many waits; the blame of more stays with nobody known. */
const maxCharges = 256;

function charge(charges: Pick<Recent<Charge[]>, "get" | "set">, id: string, added: readonly Charge[]): void {
  const there = charges.get(id) ?? [];
  there.push(...added.slice(0, Math.max(0, maxCharges - there.length)));
  charges.set(id, there);
}

function seriesOf(service: string, { attributes }: Span, parts: Partial<Series>): Series {
  return {
    service,
    type: attributes.primitiveType,
    name: orUnnamed(attributes.primitiveName ?? ""),
    operation: "",
    outcome: "",
    waiterSite: null,
    holderSite: null,
    ...parts,
    estimated: true,
  };
}

function weightOf(probability: number): number {
  return probability > 0 && probability <= 1 ? Math.min(maxWeight, 1 / probability) : 1;
}

function primitiveKey({ service, type, name }: Pick<Series, "service" | "type" | "name">): string {
  return `${service.length} ${type.length} ${service}${type}${name}`;
}

function spanKey({ traceId, spanId }: Pick<Span, "traceId" | "spanId">): string {
  return traceId + spanId;
}
