export { createObserver, type HoldupObserver, type Losses } from "./observer.ts";
export type { ObserverOptions } from "./options.ts";
export type {
  HolderSnapshot,
  LiveSnapshot,
  PrimitiveSnapshot,
  Snapshot,
  WaiterSnapshot,
} from "./snapshot.ts";
export type { EndedSpan } from "./explanation-book.ts";
export type { ProfileKind } from "./pprof.ts";
export type { FlightHold, FlightRecording, FlightWait } from "./flight-recording.ts";
export { perfettoJson, toPerfetto, type PerfettoTrace, type TraceEvent } from "./perfetto.ts";
export type { Finding, FindingKind, Severity, Site } from "@holdup/protocol";
export type { LoopBlock } from "./loop-block.ts";
export { adviceForBlockedLoop } from "./checks/blocked-event-loop.ts";
export type { StalledWait } from "./stalled-waits.ts";
export type { QueueLevel } from "./queue-level.ts";
export type { HoldActivity, Measurement, OperationMeasurement } from "./measurement.ts";
export type { SpanIdentity, SpanRecord } from "./span-record.ts";
