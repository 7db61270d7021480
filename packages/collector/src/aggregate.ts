/** From decoded metrics to rollups: what each point says, in the collector's own terms. */

import { hash } from "node:crypto";
import { attribute, metric, otherActivities } from "@holdup/protocol";
import { textOf } from "./attributes.ts";
import { stretchOf, type Stretch } from "./coverage.ts";
import { streamKey, type Cumulative } from "./cumulative.ts";
import { hasName, nameOf } from "./primitive-name.ts";
import { programOf, type Program } from "./program.ts";
import type { Measure, Rollup, Series } from "./rollup.ts";
import { holderSiteOf, siteOf } from "./site.ts";
import { isSketch, toSketch } from "./sketch.ts";
import type { Attributes, HistogramPoint, MetricGroup, Point, SumPoint } from "./telemetry.ts";

/** How many wait for or hold a primitive in one process. */
export interface Presence extends Program {
  readonly kind: "waiters" | "holders";
  readonly type: string;
  readonly name: string;
  /** Tells the streams of one primitive apart, which differ in other attributes. */
  readonly stream: string;
  readonly value: number;
  /** True: to be added to the value before. */
  readonly relative: boolean;
}

export interface Aggregate {
  readonly rollups: Rollup[];
  readonly presences: Presence[];
  /** Which time was told of, by program. */
  readonly stretches: Stretch[];
  /** What the observed programs could not keep, by metric. */
  readonly losses: Map<string, number>;
  /** Points that could not be used, by reason. */
  readonly rejected: Map<string, number>;
  /** Points that were taken, but not as they should be, by reason. */
  readonly warned: Set<string>;
}

/** When points are believed. */
export interface TimeRange {
  /** Unix ms of now, which also stands in for a point without a time. */
  readonly now: number;
  /** How old a point may be, in milliseconds. */
  readonly maxAgeMs: number;
}

/** How far in the future a point may lie, in milliseconds: clocks differ, but not by more. */
export const maxClockSkewMs = 600_000;

/** How long the name of what a holder did may be: it is read in a sentence with others. */
const maxActivityLength = 200;

const measured = new Set<string>([
  metric.waitDuration,
  metric.holdDuration,
  metric.handoffDuration,
  metric.operations,
  metric.blameDuration,
  metric.holdActivityDuration,
  metric.holdsExplained,
]);
const presenceKinds = new Map<string, Presence["kind"]>([
  [metric.waiters, "waiters"],
  [metric.holders, "holders"],
]);
const lossMetrics = new Set<string>([metric.spansDropped, metric.sitesDropped]);

/** The keys of the cumulative streams whose gains count. */
export function streamsOf(groups: readonly MetricGroup[]): string[] {
  return groups.flatMap(({ resource, points }) =>
    points
      .filter(
        (point) => point.temporality === "cumulative" && isOurs(point) && !presenceKinds.has(point.metric),
      )
      .map((point) => streamKey(resource, point)),
  );
}

/** More than any SDK sends; each makes the stream's key longer. */
const maxAttributes = 128;

const approximated =
  "a histogram has explicit bounds, so its percentiles are approximate; " +
  "set OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=base2_exponential_bucket_histogram";

/** Metrics that are not Holdup's are passed over. `streams` knows the totals of cumulative ones. */
export function aggregate(groups: readonly MetricGroup[], streams: Cumulative, range: TimeRange): Aggregate {
  const result: Aggregate = {
    rollups: [],
    presences: [],
    stretches: [],
    losses: new Map(),
    rejected: new Map(),
    warned: new Set(),
  };
  for (const { resource, points } of groups) {
    const program = programOf(resource);
    const usable = points.filter((point) => isOurs(point) && isUsable(result, point, range));
    for (const point of usable) aggregatePoint(result, resource, program, point, streams, range);
    const stretch = stretchOf(program, usable);
    if (stretch !== undefined) result.stretches.push(stretch);
  }
  return result;
}

function isOurs({ metric: name }: Point): boolean {
  return presenceKinds.has(name) || measured.has(name) || lossMetrics.has(name);
}

function isUsable(result: Aggregate, point: Point, range: TimeRange): boolean {
  const reason = whyUnusable(point, range);
  if (reason !== undefined) count(result.rejected, reason, 1);
  return reason === undefined;
}

function aggregatePoint(
  result: Aggregate,
  resource: Attributes,
  program: Program,
  point: Point,
  streams: Cumulative,
  range: TimeRange,
): void {
  const presence = presenceKinds.get(point.metric);
  if (presence !== undefined) {
    if (point.kind === "sum") result.presences.push(presenceOf(program, presence, point));
    return;
  }
  const gained = gainOf(resource, point, streams);
  if (gained === undefined) return;
  if (lossMetrics.has(point.metric)) {
    if (gained.kind === "sum") count(result.losses, point.metric, gained.value);
    return;
  }
  const rollup = rollupOf(program, gained, gained.time === 0 ? range.now : gained.time);
  if (rollup === undefined) return;
  result.rollups.push(rollup);
  if (point.kind === "histogram" && point.approximate === true) result.warned.add(approximated);
}

function whyUnusable(point: Point, { now, maxAgeMs }: TimeRange): string | undefined {
  if (point.temporality === "unspecified") return "a point has no aggregation temporality";
  if (point.attributes.size > maxAttributes) return `a point has more than ${maxAttributes} attributes`;
  if (point.time > now + maxClockSkewMs) return "a point lies in the future";
  if (point.time !== 0 && point.time < now - maxAgeMs) return "a point is older than the retention";
  if (!lossMetrics.has(point.metric) && !hasName(point.attributes, attribute.primitiveName)) {
    return `a point has no ${attribute.primitiveName}`;
  }
  const figure = point.kind === "sum" ? point.value : point.value.sum;
  if (!Number.isFinite(figure)) return "a point has no finite value";
  const rises = point.kind === "histogram" || presenceKinds.get(point.metric) === undefined;
  return rises && figure < 0 ? "a point has a negative value" : undefined;
}

function presenceOf(program: Program, kind: Presence["kind"], point: SumPoint): Presence {
  return {
    ...program,
    kind,
    type: textOf(point.attributes, attribute.primitiveType),
    name: nameOf(point.attributes, attribute.primitiveName),
    stream: presenceStream(point.attributes),
    value: point.value,
    relative: point.temporality === "delta",
  };
}

const presenceStreams = new WeakMap<Attributes, string>();

function presenceStream(attributes: Attributes): string {
  let stream = presenceStreams.get(attributes);
  if (stream === undefined) {
    stream = hash("sha256", JSON.stringify([...attributes]), "base64url");
    presenceStreams.set(attributes, stream);
  }
  return stream;
}

// The point as the gain of its interval, its histogram at scale 4.
function gainOf(resource: Attributes, point: Point, streams: Cumulative): Point | undefined {
  const cumulative = point.temporality === "cumulative";
  if (!cumulative && (point.kind === "sum" || isSketch(point.value))) return point;
  if (point.kind === "sum") {
    const value = cumulative ? streams.sumGain(resource, point) : point.value;
    return value === undefined ? undefined : { ...point, value };
  }
  const sketch: HistogramPoint = { ...point, value: toSketch(point.value) };
  const value = cumulative ? streams.histogramGain(resource, sketch) : sketch.value;
  return value === undefined ? undefined : { ...point, value };
}

function rollupOf(program: Program, point: Point, time: number): Rollup | undefined {
  const measure = measureOf(point);
  return measure === undefined ? undefined : { series: knownSeries(program, point), time, measure };
}

/** What the attributes of a point tell of a series: of its waits, or of its holds. */
interface Told {
  readonly service: string;
  readonly holds: boolean;
  readonly series: Series;
}

// The decoder gives out the same attributes each time that they arrive; whoever sends them is mostly the same, too.
const toldBy = new WeakMap<Attributes, Told[]>();

/** So many services share attributes; of more the series is made anew each time. */
const maxTold = 32;

function knownSeries(program: Program, point: Point): Series {
  const holds = point.metric === metric.holdDuration;
  let all = toldBy.get(point.attributes);
  if (all === undefined) toldBy.set(point.attributes, (all = []));
  for (const known of all)
    if (known.holds === holds && known.service === program.service) return known.series;
  const series = seriesOf(program, point);
  if (all.length < maxTold) all.push({ service: program.service, holds, series });
  return series;
}

function measureOf(point: Point): Measure | undefined {
  if (point.kind === "histogram") return histogramMeasure(point);
  const { metric: name, value, attributes } = point;
  if (name === metric.blameDuration) return { kind: "blame", seconds: value };
  if (name === metric.holdsExplained) return { kind: "explained", holds: value };
  if (name === metric.holdActivityDuration) {
    return { kind: "activity", name: activityOf(attributes), seconds: value };
  }
  if (name !== metric.operations) return undefined;
  const contended = attributes.get(attribute.contended) === true ? value : 0;
  return { kind: "operations", operations: value, contended };
}

function activityOf(attributes: Attributes): string {
  return textOf(attributes, attribute.holdActivity).slice(0, maxActivityLength) || otherActivities;
}

function histogramMeasure({
  metric: name,
  value: histogram,
  attributes,
}: HistogramPoint): Measure | undefined {
  if (name === metric.holdDuration) return { kind: "hold", histogram };
  if (name === metric.handoffDuration) return { kind: "handoff", histogram };
  if (name !== metric.waitDuration) return undefined;
  const told = attributes.get(attribute.contended);
  const contended =
    told === false ? 0 : told === true ? histogram.count : histogram.count - histogram.zeroCount;
  return { kind: "wait", histogram, contended };
}

function seriesOf({ service }: Program, { metric: name, attributes }: Point): Series {
  const site = siteOf(attributes);
  const holds = name === metric.holdDuration;
  return {
    service,
    type: textOf(attributes, attribute.primitiveType),
    name: nameOf(attributes, attribute.primitiveName),
    operation: textOf(attributes, attribute.operationName),
    outcome: textOf(attributes, attribute.outcome),
    waiterSite: holds ? null : site,
    holderSite: holds ? site : holderSiteOf(attributes),
  };
}

function count(counts: Map<string, number>, key: string, times: number): void {
  counts.set(key, (counts.get(key) ?? 0) + times);
}
