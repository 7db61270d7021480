import { trace, type Context, type SpanContext } from "@opentelemetry/api";
import { attribute, type LinkType, type Outcome, type Site } from "@holdup/protocol";
import type { HoldNote, WaitNote } from "./instance.ts";

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

/** Ids for a span whose parent is the active one; undefined if that one's trace is not sampled. */
export function identify(context: Context): SpanIdentity | undefined {
  const parent = trace.getSpanContext(context);
  if (parent === undefined) return { traceId: randomHex(32), spanId: randomHex(16) };
  return (parent.traceFlags & 1) === 1 ? { traceId: parent.traceId, spanId: randomHex(16) } : undefined;
}

/** The span of a wait that ended at `endMs`. */
export function waitRecord(
  note: WaitNote,
  endMs: number,
  outcome: Outcome,
  site: Site | null,
): SpanRecord | undefined {
  const { span, instance, waiter, startedAt, grantedAt } = note;
  if (span === undefined) return undefined;
  const blockedUntil = Number.isNaN(grantedAt) ? endMs : grantedAt;
  return {
    ...span.identity,
    name: `wait ${instance.totals.name}`,
    parent: trace.getSpanContext(note.context),
    startMs: startedAt,
    endMs,
    attributes: {
      ...common(note, site),
      [attribute.outcome]: outcome,
      [attribute.contended]: true,
      [attribute.waitBlocked]: (blockedUntil - startedAt) / 1000,
      [attribute.waitHandoff]: (endMs - blockedUntil) / 1000,
      [attribute.holderCount]: span.holders,
      [attribute.queuePosition]: span.position,
      [attribute.queueLength]: span.position + 1,
      [attribute.permitsLimit]: instance.totals.limit,
      [attribute.permitsRequested]: waiter.permits,
    },
    links: span.blockers.map((blocker) => ({ ...blocker, type: "holder" })),
  };
}

/** The span of an ended hold that someone waited behind. */
export function holdRecord(note: HoldNote, site: Site | null): SpanRecord | undefined {
  if (note.identity === undefined) return undefined;
  return {
    ...note.identity,
    name: `hold ${note.instance.totals.name}`,
    parent: trace.getSpanContext(note.context),
    startMs: note.startedAt,
    endMs: note.endedAt,
    attributes: {
      ...common(note, site),
      [attribute.permitsLimit]: note.instance.totals.limit,
      [attribute.permitsRequested]: note.grant.permits,
    },
    links: note.grantedTo === undefined ? [] : [{ ...note.grantedTo, type: "grant" }],
  };
}

function common(note: WaitNote | HoldNote, site: Site | null): Record<string, string | number | boolean> {
  const { totals } = note.instance;
  return {
    ...totals.attributes,
    [attribute.primitiveType]: totals.type,
    [attribute.primitiveName]: totals.name,
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

const hex = "0123456789abcdef";

// Ids must be unlikely to repeat, not hard to guess.
function randomHex(digits: number): string {
  let id = "";
  for (let i = 0; i < digits; i += 8) id += randomWord();
  return id;
}

function randomWord(): string {
  let word = Math.trunc(Math.random() * 2 ** 32);
  let digits = "";
  for (let i = 0; i < 8; i++) {
    digits += hex[word & 15];
    word >>>= 4;
  }
  return digits;
}
