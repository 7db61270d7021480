import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type HrTime,
  type Link,
  type Span,
  type SpanContext,
  type SpanStatus,
  type Tracer,
} from "@opentelemetry/api";
import type { InstrumentationScope } from "@opentelemetry/core";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { SpanIdentity, SpanRecord } from "@holdup/observer";
import { attribute, scopeName } from "@holdup/protocol";
import { errorType, isError } from "./error-type.ts";
import { duration, hrTime } from "./hr-time.ts";
import { version } from "./version.ts";

/** Where finished waits and holds become spans. */
export interface SpanSink {
  add(record: SpanRecord): void;
}

/**
 * Hands records as ended spans to a span processor of ours: no tracer, no sampler (the observer has
 * decided), and the ids that other spans already link to.
 */
export class ProcessorSink implements SpanSink {
  readonly #processor: SpanProcessor;
  readonly #resource: Resource;

  constructor(processor: SpanProcessor, resource: Resource) {
    this.#processor = processor;
    this.#resource = resource;
  }

  add(record: SpanRecord): void {
    this.#processor.onEnd(new EndedSpan(record, this.#resource));
  }
}

/** Spans whose ids were not their own are remembered up to so many: others may link to them. */
const mostRenamed = 4096;

/**
 * Hands records to the program's own tracer, by its public interface only: its sampler, processors, resource and exporter
 * apply. Other spans already link to a record's ids: the span's id is set to that of the record, where the SDK lets it be. Of a
 * span without a parent the trace id is the SDK's, since its sampler has decided on that.
 */
export class TracerSink implements SpanSink {
  readonly #tracer: Tracer;
  readonly #started: (resource: Resource) => void;
  // By the id that others link to.
  readonly #renamed = new Map<string, SpanContext>();

  /** `started` is called with the resource of the spans that it makes. */
  constructor(tracer: Tracer, started: (resource: Resource) => void) {
    this.#tracer = tracer;
    this.#started = started;
  }

  add(record: SpanRecord): void {
    const { name, parent } = record;
    const attributes = attributesOf(record);
    const startTime = hrTime(record.startMs);
    const links = record.links.map((other) => this.#link(other));
    const context = parent === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, parent);
    const span = this.#tracer.startSpan(name, { startTime, attributes, links }, context);
    if (!span.isRecording()) return;
    this.#identify(span, record);
    if (isFailed(record)) span.setStatus(failed);
    span.end(hrTime(record.endMs));
    const { resource } = span as Span & Partial<ReadableSpan>;
    if (resource !== undefined) this.#started(resource);
  }

  #identify(span: Span, { traceId, spanId }: SpanIdentity): void {
    const own = span.spanContext();
    setSpanId(own, spanId);
    const { traceId: trace_, spanId: span_ } = span.spanContext();
    if (trace_ === traceId && span_ === spanId) return;
    this.#renamed.set(spanId, span.spanContext());
    if (this.#renamed.size > mostRenamed) {
      for (const oldest of this.#renamed.keys()) {
        this.#renamed.delete(oldest);
        break;
      }
    }
  }

  #link(other: SpanRecord["links"][number]): Link {
    const { spanId, traceId } = this.#renamed.get(other.spanId) ?? other;
    return link({ type: other.type, spanId, traceId });
  }
}

function setSpanId(own: SpanContext, spanId: string): void {
  try {
    own.spanId = spanId;
  } catch {
    // Its own id stays; who links to it is told of that one.
  }
}

const scope: InstrumentationScope = { name: scopeName, version };
const unset: SpanStatus = { code: SpanStatusCode.UNSET };
const failed: SpanStatus = { code: SpanStatusCode.ERROR };

function isFailed({ attributes }: SpanRecord): boolean {
  return isError(attributes[attribute.outcome]);
}

function attributesOf(record: SpanRecord): Attributes {
  const { attributes } = record;
  // Most are none, and need no copy.
  return isFailed(record) ? { ...attributes, ...errorType(attributes[attribute.outcome]) } : attributes;
}

class EndedSpan implements ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind = SpanKind.INTERNAL;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus;
  readonly attributes: Attributes;
  readonly links: Link[];
  readonly events: [] = [];
  readonly ended = true;
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope = scope;
  readonly droppedAttributesCount = 0;
  readonly droppedEventsCount = 0;
  readonly droppedLinksCount = 0;
  readonly #context: SpanContext;

  constructor(record: SpanRecord, resource: Resource) {
    this.name = record.name;
    this.startTime = hrTime(record.startMs);
    this.endTime = hrTime(record.endMs);
    this.duration = duration(record.endMs - record.startMs);
    this.status = isFailed(record) ? failed : unset;
    this.attributes = attributesOf(record);
    this.links = record.links.map(link);
    this.resource = resource;
    this.#context = sampled(record);
    if (record.parent !== undefined) this.parentSpanContext = record.parent;
  }

  readonly spanContext = (): SpanContext => this.#context;
}

function link({ type, ...identity }: SpanRecord["links"][number]): Link {
  return { context: sampled(identity), attributes: { [attribute.linkType]: type } };
}

function sampled({ traceId, spanId }: SpanIdentity): SpanContext {
  return { traceId, spanId, traceFlags: TraceFlags.SAMPLED };
}
