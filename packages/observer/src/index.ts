export { createObserver, type HoldupObserver, type Losses } from "./observer.ts";
export type { ObserverOptions } from "./options.ts";
export type {
  HolderSnapshot,
  LiveSnapshot,
  PrimitiveSnapshot,
  Snapshot,
  WaiterSnapshot,
} from "./snapshot.ts";
export type { Site } from "@holdup/protocol";
export type { Measurement, OperationMeasurement } from "./measurement.ts";
export type { SpanIdentity, SpanRecord } from "./span-record.ts";
