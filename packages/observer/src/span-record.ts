import { trace, TraceFlags, type Context, type SpanContext } from "@opentelemetry/api";
import { attribute, type LinkType, type Outcome, type Site } from "@holdup/protocol";
import { instanceNumber } from "./instance-number.ts";
import type { Instance } from "./instance.ts";
import type { HoldDetail, HoldNote, SpanPlan, WaitNote } from "./notes.ts";

/** The ids of a span that is or will be. */
export interface SpanIdentity {
  readonly traceId: string;
  readonly spanId: string;
}

/** A finished wait or hold, ready to become a span of any tracing library. */
export interface SpanRecord extends SpanIdentity {
  /** `wait NAME` or `hold NAME`. */
  readonly name: string;
  /** The caller's active span. */
  readonly parent: SpanContext | undefined;
  /** Milliseconds of the monotonic clock, as `performance.now()`. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly links: readonly (SpanIdentity & { readonly type: LinkType })[];
}

/** Whether a span with the active one as its parent is kept: with `followParent` only if that one's trace is sampled. */
export function isKept(context: Context, followParent: boolean): boolean {
  const parent = trace.getSpanContext(context);
  return parent === undefined || !followParent || isSampled(parent);
}

/**
 * Ids for a span whose parent is the active one. If that one's trace is not sampled: undefined, or with
 * `followParent` false the ids of a trace of its own.
 */
export function identify(context: Context, followParent: boolean): SpanIdentity | undefined {
  if (!isKept(context, followParent)) return undefined;
  const parent = trace.getSpanContext(context);
  const traceId = parent !== undefined && isSampled(parent) ? parent.traceId : randomHex(32);
  return { traceId, spanId: randomHex(16) };
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

// What is kept although its parent is not belongs to no trace of the program's.
function parentOf(context: Context, { traceId }: SpanIdentity): SpanContext | undefined {
  const parent = trace.getSpanContext(context);
  return parent?.traceId === traceId ? parent : undefined;
}

/** The span of a wait that has ended and is to be kept. */
export function waitRecord(
  note: WaitNote,
  plan: SpanPlan,
  identity: SpanIdentity,
  endedAt: number,
  outcome: Outcome,
  site: Site | null,
): SpanRecord {
  const { instance, waiter, startedAt, grantedAt } = note;
  const blockedUntil = Number.isNaN(grantedAt) ? endedAt : grantedAt;
  return {
    ...identity,
    name: `wait ${instance.totals.name}`,
    parent: parentOf(note.context, identity),
    startMs: startedAt,
    endMs: endedAt,
    attributes: {
      ...common(note, site),
      [attribute.outcome]: outcome,
      [attribute.contended]: true,
      [attribute.waitBlocked]: (blockedUntil - startedAt) / 1000,
      [attribute.waitHandoff]: (endedAt - blockedUntil) / 1000,
      [attribute.holderCount]: note.holders,
      [attribute.queuePosition]: note.position,
      [attribute.queueLength]: note.position + 1,
      [attribute.permitsLimit]: instance.totals.limit,
      [attribute.permitsRequested]: waiter.permits,
      [attribute.samplingProbability]: plan.chance,
    },
    links: [
      ...plan.blockers.flatMap(({ detail }) => linkTo("holder", detail?.identity)),
      ...wakerOf(instance, plan),
    ],
  };
}

function linkTo(type: LinkType, identity: SpanIdentity | undefined): (SpanIdentity & { type: LinkType })[] {
  return identity === undefined ? [] : [{ traceId: identity.traceId, spanId: identity.spanId, type }];
}

// Who put the item, or set and notified.
function wakerOf(instance: Instance, { waker }: SpanPlan): (SpanIdentity & { type: LinkType })[] {
  return linkTo(instance.totals.type === "queue" ? "producer" : "notifier", waker);
}

/** The span of an ended hold that someone waited behind. */
export function holdRecord(
  note: HoldNote,
  detail: HoldDetail,
  identity: SpanIdentity,
  site: Site | null,
): SpanRecord {
  return {
    ...identity,
    name: `hold ${note.instance.totals.name}`,
    parent: parentOf(note.context, identity),
    startMs: note.startedAt,
    endMs: detail.endedAt,
    attributes: {
      ...common(note, site),
      [attribute.samplingProbability]: detail.chance,
      [attribute.permitsLimit]: note.instance.totals.limit,
      [attribute.permitsRequested]: note.grant.permits,
    },
    links: linkTo("grant", detail.grantedTo),
  };
}

function common(note: WaitNote | HoldNote, site: Site | null): Record<string, string | number | boolean> {
  const { totals } = note.instance;
  return {
    ...totals.attributes,
    [attribute.primitiveType]: totals.type,
    [attribute.primitiveName]: totals.name,
    [attribute.primitiveInstanceId]: String(instanceNumber(note.instance)),
    [attribute.operationName]: note.operation,
    ...(site === null
      ? {}
      : {
          [attribute.functionName]: site.functionName,
          [attribute.filePath]: site.filePath,
          [attribute.lineNumber]: site.lineNumber,
        }),
    ...(note.task === undefined
      ? {}
      : { [attribute.taskId]: note.task.id, [attribute.taskName]: note.task.name }),
  };
}

const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

// Ids must be unlikely to repeat, not hard to guess.
function randomHex(digits: number): string {
  let id = "";
  for (let i = 0; i < digits; i += 8) id += randomWord();
  return id;
}

function randomWord(): string {
  let word = Math.trunc(Math.random() * 2 ** 32);
  let digits = "";
  for (let i = 0; i < 4; i++) {
    digits += hexBytes[word & 255];
    word >>>= 8;
  }
  return digits;
}
