export {
  defaultHost,
  defaultMaxBodyBytes,
  defaultPort,
  defaultTickMs,
  startCollector,
  type Collector,
  type CollectorOptions,
} from "./collector.ts";
export { PortTakenError } from "./port-taken-error.ts";
export { MemoryStore, type MemoryStoreOptions } from "./memory-store.ts";
export type {
  HotSpotQuery,
  Page,
  PrimitiveQuery,
  ServiceSummary,
  Store,
  StoredHotSpot,
  TimeSpan,
  WaitQuery,
} from "./store.ts";
export type { Measure, Rollup, Series } from "./rollup.ts";
export type { KeptWait } from "./kept-wait.ts";
export type { PrimitiveDetail, ServiceInfo } from "./overview.ts";
export type {
  Bar,
  Distribution,
  HolderSite,
  OutcomeCount,
  PrimitiveHistory,
  WaiterSite,
} from "./primitive-history.ts";
