/**
 * The names of Holdup's telemetry: attributes, metrics, events and the values that they take.
 * OpenTelemetry has no convention for locks inside a process; these follow its naming rules.
 * Durations are in seconds on the wire.
 */

/** Attribute keys of spans, metric points and events. `code.*` and `error.type` are OpenTelemetry's own. */
export const attribute = {
  primitiveType: "holdup.primitive.type",
  primitiveName: "holdup.primitive.name",
  /** Tells objects of one name in one process apart. */
  primitiveInstanceId: "holdup.primitive.instance.id",
  operationName: "holdup.operation.name",
  outcome: "holdup.outcome",
  contended: "holdup.contended",
  functionName: "code.function.name",
  filePath: "code.file.path",
  lineNumber: "code.line.number",
  holderFunctionName: "holdup.holder.code.function.name",
  holderFilePath: "holdup.holder.code.file.path",
  holderLineNumber: "holdup.holder.code.line.number",
  holderCount: "holdup.holder.count",
  queuePosition: "holdup.queue.position",
  queueLength: "holdup.queue.length",
  permitsLimit: "holdup.permits.limit",
  permitsRequested: "holdup.permits.requested",
  taskId: "holdup.task.id",
  taskName: "holdup.task.name",
  waitBlocked: "holdup.wait.blocked",
  waitHandoff: "holdup.wait.handoff",
  samplingProbability: "holdup.sampling.probability",
  linkType: "holdup.link.type",
  /** What a holder did while others waited: `in SELECT stock`, `waiting for payments`, `running`. */
  holdActivity: "holdup.hold.activity",
  findingId: "holdup.finding.id",
  /** OpenTelemetry's own, of its conventions for Node.js and V8. */
  loopState: "nodejs.eventloop.state",
  gcType: "v8js.gc.type",
  heapSpace: "v8js.heap.space.name",
  errorType: "error.type",
  serviceName: "service.name",
  serviceVersion: "service.version",
  serviceInstanceId: "service.instance.id",
} as const;

/** Metric names. Histograms are base-2 exponential, delta, in seconds; counters say their unit. */
export const metric = {
  /** Every operation; one that did not have to wait counts in the zero bucket. */
  waitDuration: "holdup.wait.duration",
  /** Every hold, from the grant to the release. */
  holdDuration: "holdup.hold.duration",
  /** From the grant until the waiter's code ran on: the event loop's part of a wait. */
  handoffDuration: "holdup.handoff.duration",
  operations: "holdup.operations",
  /** Waiting caused, by the waiter's site and charged to the holder's; without a holder site nobody held. */
  blameDuration: "holdup.blame.duration",
  /** What holders did while others waited, by the holder's site; of the holds that were looked at. */
  holdActivityDuration: "holdup.hold.activity.duration",
  /** How many holds were looked at for it. */
  holdsExplained: "holdup.holds.explained",
  waiters: "holdup.waiters",
  holders: "holdup.holders",
  permitsLimit: "holdup.permits.limit",
  /** Items that are in queues, and that fit; queues without a bound have no capacity. */
  queueSize: "holdup.queue.size",
  queueCapacity: "holdup.queue.capacity",
  /** Of waiting, what fell into times in which the event loop stood still: no holder is to blame for it. */
  stalledDuration: "holdup.wait.stalled.duration",
  /** How late the event loop was, each time it was looked at. */
  loopDelay: "holdup.eventloop.delay",
  /** For how long the event loop stood still: turns that kept a timer waiting for 50 ms or more. */
  loopStalled: "holdup.eventloop.stalled.duration",
  /** Time that the event loop was active and idle. This and the next are OpenTelemetry's own. */
  loopTime: "nodejs.eventloop.time",
  gcDuration: "v8js.gc.duration",
  heapUsed: "v8js.memory.heap.used",
  memoryUsage: "process.memory.usage",
  spansDropped: "holdup.spans.dropped",
  sitesDropped: "holdup.sites.dropped",
} as const;

/** Names of log records that Holdup's programs emit. */
export const event = {
  /** Who holds and who waits right now, once a second while anyone waits. */
  snapshot: "holdup.snapshot",
  /** A diagnosis, when it is made and when its count has grown. */
  finding: "holdup.finding",
} as const;

/** The instrumentation scope of everything that the observer measures. */
export const scopeName = "@holdup/observer";

/**
 * File path and function name of a hold whose call site was not looked up. Not left out: a blame point
 * without a holder site stands for waiting while nobody held.
 */
export const notSampled = "(not sampled)";

/** How the wait of one operation ended. */
export type Outcome = "granted" | "timeout" | "cancelled" | "broken" | "shut_down" | "error";

/** What one span's link to another means. */
export type LinkType = "grant" | "holder" | "producer" | "notifier";
