import {
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Attributes,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanStatus,
} from "@opentelemetry/api";
import type { InstrumentationScope } from "@opentelemetry/core";
import type { Resource } from "@opentelemetry/resources";
import type { ReadableSpan, SpanProcessor } from "@opentelemetry/sdk-trace";
import type { SpanIdentity, SpanRecord } from "@holdup/observer";
import { attribute, scopeName } from "@holdup/protocol";
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

const scope: InstrumentationScope = { name: scopeName, version };
const unset: SpanStatus = { code: SpanStatusCode.UNSET };

class EndedSpan implements ReadableSpan {
  readonly name: string;
  readonly kind: SpanKind = SpanKind.INTERNAL;
  readonly parentSpanContext?: SpanContext;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly duration: HrTime;
  readonly status: SpanStatus = unset;
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
    this.attributes = record.attributes;
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
