export {
  defaultHost,
  defaultMaxBodyBytes,
  defaultPort,
  defaultTickMs,
  startCollector,
  type Collector,
  type CollectorOptions,
} from "./collector.ts";
export { NodeVersionError } from "./node-version-error.ts";
export { PortTakenError } from "./port-taken-error.ts";
export { MemoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export type {
  HotSpotPage,
  HotSpotQuery,
  PrimitiveQuery,
  Store,
  StoredHotSpot,
  TimeSpan,
  WaitQuery,
} from "./store.ts";
export type { Measure, Rollup, Series } from "./rollup.ts";
export type {
  Bar,
  Distribution,
  HolderActivities,
  HolderSite,
  KeptFinding,
  KeptWait,
  MatrixEntry,
  OutcomeCount,
  Page,
  PrimitiveDetail,
  PrimitiveHistory,
  ServiceInfo,
  ServiceSummary,
  WaiterSite,
} from "@holdup/protocol";
